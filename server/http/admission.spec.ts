import Fastify from 'fastify';
import { DomainError } from '../domain/errors.js';
import { admitRequests, kindOf } from './admission.js';

describe('who acts in a request', () => {
  it.each([
    ['nothing said', {}, 'api'],
    ['a page of this server', { 'sec-fetch-site': 'same-origin', origin: 'https://roster.example' }, 'admin'],
    ['the same behind a proxy that changes the host', { 'sec-fetch-site': 'same-origin', host: 'inner:1323' }, 'admin'],
    ['a page of another origin', { 'sec-fetch-site': 'same-site', origin: 'https://other.example' }, 'api'],
    [
      'a page that names this host as its origin',
      { 'sec-fetch-site': 'cross-site', origin: 'http://a', host: 'a' },
      'api',
    ],
    ['an address that was typed in', { 'sec-fetch-site': 'none' }, 'api'],
    ['plain HTTP: a page of this server', { origin: 'http://Roster:1323', host: 'roster:1323' }, 'admin'],
    ['plain HTTP: a page of another port', { origin: 'http://roster:4200', host: 'roster:1323' }, 'api'],
    ['plain HTTP: no page', { origin: 'null', host: 'roster:1323' }, 'api'],
    ['a header of its own', { 'x-roster-client': 'admin', host: 'roster:1323' }, 'api'],
  ])('%s', (_what, headers, kind) => {
    expect(kindOf({ headers })).toBe(kind);
  });
});

describe('requests for the health', () => {
  const PUBLIC = { config: { permission: 'public' } } as const;
  const answer = () => 'fine';

  it('wait for nobody, unless they send credentials', async () => {
    const fastify = Fastify();
    fastify.decorate('isPage', () => false);
    const asked: string[] = [];
    admitRequests(
      fastify,
      () => undefined,
      async ({ url }) => {
        asked.push(url);
        throw new DomainError('storage_unavailable', 'The database does not answer.');
      },
    );
    fastify.get('/health/live', PUBLIC, answer);
    fastify.get('/health/closed', { config: { permission: ['read'] } }, answer);
    fastify.get('/healthy', PUBLIC, answer);
    const status = async (url: string, headers = {}) => (await fastify.inject({ url, headers })).statusCode;
    expect(await status('/health/live')).toBe(200);
    expect(asked).toEqual([]);
    expect(await status('/health/live', { authorization: 'Bearer x' })).toBe(500);
    expect(await status('/health/closed')).toBe(500);
    expect(await status('/healthy')).toBe(500);
    expect(asked).toEqual(['/health/live', '/health/closed', '/healthy']);
    await fastify.close();
  });
});
