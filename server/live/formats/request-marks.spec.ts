import { keyOf } from './credentials.js';
import { malformedAnswer, unknownPathAnswer, wrongKeyAnswer } from './error-answer.js';
import { retryHash } from './retry-hash.js';

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

describe('the key of a request', () => {
  it.each([
    [basic('a-key:'), 'a-key'],
    [basic('a-key'), 'a-key'],
    [basic('site:api'), 'site:api'],
    ['basic YS1rZXk6', 'a-key'],
    ['BASIC  YS1rZXk6 ', 'a-key'],
    ['Bearer a-key', 'a-key'],
    [basic(':'), undefined],
    ['Basic', undefined],
    ['Basic %%%', undefined],
    ['Digest a-key', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%p is %p', (authorization, key) => {
    expect(keyOf(authorization)).toBe(key);
  });
});

describe('the hash of a request', () => {
  const KEY = Uint32Array.of(1, 2, 3, 4);
  const hash = (method: string, path: string, body: string, key = KEY): string =>
    retryHash(key, method, path, Buffer.from(body));

  it('is that of its method, path and body, and of the database', () => {
    const one = hash('POST', '/a', 'x');
    expect(hash('POST', '/a', 'x')).toBe(one);
    const others = [
      hash('PUT', '/a', 'x'),
      hash('POST', '/ax', ''),
      hash('POST', '/a', 'y'),
      hash('POST', '/a', ''),
      hash('POST', '/a', 'x', Uint32Array.of(1, 2, 3, 5)),
    ];
    expect(new Set([one, ...others]).size).toBe(6);
  });
});

describe('an error', () => {
  it('of a key is the same for every vendor', () => {
    expect(wrongKeyAnswer()).toMatchObject({
      status: 401,
      body: { statusCode: 401, code: 'unauthenticated', meta: { error: 'Unauthorized' } },
    });
  });

  it.each([
    ['invalid_json', 400],
    ['invalid_request', 400],
    ['payload_too_large', 413],
  ] as const)('%s has the status %s', (code, status) => {
    expect(malformedAnswer({ kind: 'malformed', code, message: 'It is wrong.' })).toMatchObject({
      status,
      body: {
        statusCode: status,
        code,
        message: 'It is wrong.',
        meta: { error: 'It is wrong.', errors: ['It is wrong.'] },
        errors: [],
      },
    });
  });

  it('of an unknown path names it', () => {
    expect(unknownPathAnswer('GET', '/v1/x')).toMatchObject({
      status: 404,
      body: { message: 'There is no GET /v1/x.' },
    });
  });
});
