import { Gate } from '../../server/access/gate.js';
import { Argon2Hasher } from '../../server/access/password-hasher.js';
import { makeUser } from '../support/credentials.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { rounds } from '../support/fast-check.js';
import { QuickHasher } from '../support/quick-hasher.js';
import { refusal } from '../support/refusal.js';
import { startRestApp, type Answer, type RestApp, type RestAppOptions } from '../support/rest-app.js';

const [[, openSqlite]] = ENGINES;
const PASSWORD = 'correct horse battery';
const WRONG = refusal(401, 'unauthenticated', 'Email or password is wrong.');

let app: RestApp;
let engine: Engine;
afterEach(async () => {
  jest.restoreAllMocks();
  await app.close();
});

/** Starts a server with one admin. @returns its email */
async function start(
  options: RestAppOptions = {},
  open = openSqlite,
  hash = QuickHasher.of(PASSWORD),
): Promise<string> {
  engine = await open();
  app = await startRestApp(engine, options);
  const { email } = await makeUser(engine.access, 'admin', hash);
  app.nest.get(Gate).forget();
  return email;
}

/** The database of the test for another server, which leaves it open. */
const shared = (): Engine => ({ ...engine, close: async () => undefined });

const logIn = (email: string, password: string, headers: Record<string, string> = {}): Promise<Answer> =>
  app.post('/session', { email, password }, headers);

describe('a wrong password', () => {
  it('is answered as an unknown user, a disabled one, and one without a password, for the same work', async () => {
    const hasher = new QuickHasher();
    const email = await start({ hasher });
    const disabled = await makeUser(engine.access, 'viewer', QuickHasher.of(PASSWORD));
    await engine.access.changeUser(disabled.id, { isDisabled: true }, DRAFT);
    const invited = await makeUser(engine.access, 'viewer');
    for (const [who, password] of [
      [email, 'wrong'],
      ['nobody@example.com', PASSWORD],
      [disabled.email, PASSWORD],
      [invited.email, PASSWORD],
    ]) {
      const before = hasher.verified;
      const answer = await logIn(who, password);
      expect([who, answer.json(), answer.headers['set-cookie']]).toEqual([who, WRONG, undefined]);
      expect(hasher.verified - before).toBe(1);
    }
  });

  it.each(ENGINES)('is taken 5 times from an address, at once or not, and by every server: %s', async (_name, open) => {
    const email = await start({ config: { trustProxy: 1 } }, open);
    const from = (address: string, password = 'wrong', who = email): Promise<Answer> =>
      logIn(who, password, { 'x-forwarded-for': address });
    const together = await Promise.all(Array.from({ length: 20 }, () => from('192.0.2.1')));
    const counts = new Map<number, number>();
    for (const { statusCode } of together) counts.set(statusCode, (counts.get(statusCode) ?? 0) + 1);
    expect([...counts].sort(([a], [b]) => a - b)).toEqual([
      [401, 5],
      [429, 15],
    ]);
    // The right one is refused too: it would tell which one it is.
    const refused = await from('192.0.2.1', PASSWORD);
    expect(refused.json()).toMatchObject({ code: 'too_many_tries' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(880);
    const other = await startRestApp(shared(), { config: { trustProxy: 1 } });
    const headers = { 'x-forwarded-for': '192.0.2.1' };
    expect((await other.post('/session', { email, password: PASSWORD }, headers)).statusCode).toBe(429);
    await other.close();
    expect((await from('192.0.2.2', PASSWORD)).statusCode).toBe(200);
    expect((await from('192.0.2.1', PASSWORD, 'other@example.com')).statusCode).toBe(401);
  });

  it.each(ENGINES)('is the fifth at one of two servers that are asked at once: %s', async (_name, open) => {
    let [underWay, release] = [0, (): void => undefined];
    const held = new Promise<void>((resolve) => (release = resolve));
    class HeldHasher extends QuickHasher {
      override async verify(hash: string, password: string): Promise<boolean> {
        if (++underWay === 2) release();
        await held;
        return super.verify(hash, password);
      }
    }
    const email = await start({}, open);
    for (let i = 0; i < 4; i++) expect((await logIn(email, 'wrong')).statusCode).toBe(401);
    const options = { hasher: new HeldHasher() };
    const servers = [await startRestApp(shared(), options), await startRestApp(shared(), options)];
    const answers = servers.map((server) => server.post('/session', { email, password: 'wrong' }));
    // The refused one does not wait for the hash.
    for (const answer of answers) void answer.then(release);
    const statuses = (await Promise.all(answers)).map(({ statusCode }) => statusCode);
    expect(statuses.sort((a, b) => a - b)).toEqual([401, 429]);
    for (const server of servers) await server.close();
  });

  it('is taken 50 times from an address, whatever the email, where an IPv6 address is its /64', async () => {
    await start({ config: { trustProxy: 1 } });
    const from = async (address: string, email: string): Promise<number> =>
      (await logIn(email, 'wrong', { 'x-forwarded-for': address })).statusCode;
    for (let i = 0; i < 50; i++) expect(await from(`2001:db8::${i.toString(16)}`, `u${i}@example.com`)).toBe(401);
    expect(await from('2001:db8:0:0:ffff::1', 'new@example.com')).toBe(429);
    expect(await from('2001:db8:0:1::1', 'new@example.com')).toBe(401);
  });

  it('is forgotten at a login from the same /64', async () => {
    const email = await start({ config: { trustProxy: 1 } });
    const from = async (address: string, password: string): Promise<number> =>
      (await logIn(email, password, { 'x-forwarded-for': address })).statusCode;
    for (let i = 0; i < 4; i++) expect(await from(`2001:db8::${i}`, 'wrong')).toBe(401);
    expect(await from('2001:db8::a', PASSWORD)).toBe(200);
    for (let i = 0; i < 4; i++) expect(await from(`2001:db8::${i}`, 'wrong')).toBe(401);
  });

  it('counts for the address that a trusted proxy saw, not for one that the client wrote', async () => {
    const email = await start({ config: { trustProxy: ['127.0.0.0/8', '10.0.0.0/8'] } });
    const from = async (chain: string): Promise<number> =>
      (await logIn(email, 'wrong', { 'x-forwarded-for': chain })).statusCode;
    for (let i = 0; i < 5; i++) expect(await from(`203.0.113.${i}, 192.0.2.1, 10.0.0.7`)).toBe(401);
    expect(await from('203.0.113.99, 192.0.2.1, 10.0.0.8')).toBe(429);
  });

  it.each([
    ['203.0.113.%, 192.0.2.1:100%, 10.0.0.7:443', '192.0.2.1'],
    ['[2001:db8::1]:100%,10.0.0.7', '2001:db8::1'],
    ['[2001:db8::2]', '2001:db8::2'],
    ['2001:db8::3', '2001:db8::3'],
    // No address. The proxy counts.
    ['unknown:100%', '127.0.0.1'],
  ])('counts for an address, also with a port that the proxy wrote: %s', async (chain, address) => {
    const email = await start({ config: { trustProxy: ['127.0.0.0/8', '10.0.0.0/8'] } });
    const url = await app.listen();
    const statuses: number[] = [];
    for (let i = 1; i <= 6; i++) {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': chain.replaceAll('%', String(i)) };
      const body = JSON.stringify({ email, password: 'wrong' });
      statuses.push((await fetch(`${url}/session`, { method: 'POST', headers, body })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const [failed] = await engine.access.audit({ action: 'login.failed', limit: 1 });
    expect(failed).toMatchObject({ action: 'login.failed', origin: { address } });
  });

  it('keeps nobody else waiting: two are checked at a time, twenty wait, others are refused', async () => {
    let [underWay, most] = [0, 0];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    class SlowHasher extends QuickHasher {
      override async verify(hash: string, password: string): Promise<boolean> {
        most = Math.max(most, ++underWay);
        await held;
        underWay--;
        return super.verify(hash, password);
      }
    }
    await start({ hasher: new SlowHasher() });
    const answers = Array.from({ length: 100 }, (_, i) => logIn(`u${i % 10}@example.com`, 'wrong'));
    const refused = (await Promise.race([Promise.all(answers), firstOf(answers, 78)])).slice(0, 78);
    expect(refused.every(({ statusCode, headers }) => statusCode === 503 && headers['retry-after'] !== undefined)).toBe(
      true,
    );
    expect((await app.get('/health/live')).statusCode).toBe(200);
    release();
    expect((await Promise.all(answers)).filter(({ statusCode }) => statusCode === 401)).toHaveLength(22);
    expect(most).toBe(2);
  });

  it.each([
    ['a quick hash', new QuickHasher(), rounds(100)],
    ['the real hash', new Argon2Hasher(), rounds(10)],
  ])(
    'takes as long for a user as for nobody, with %s',
    async (_what, hasher, tries) => {
      const email = await start({ hasher }, openSqlite, await hasher.hash(PASSWORD));
      // The limits of tries are not what is measured.
      jest.spyOn(engine.access, 'wrongTries').mockResolvedValue(NO_TRIES);
      jest
        .spyOn(engine.access, 'beginTry')
        .mockImplementation(async (email, address, at) => ({ kind: 'begun', email, address, at, isNoted: false }));
      const times: Record<string, number[]> = { [email]: [], 'nobody@example.com': [] };
      for (let i = 0; i < tries; i++) {
        for (const [who, list] of Object.entries(times)) {
          const began = performance.now();
          await logIn(who, 'wrong password');
          list.push(performance.now() - began);
        }
      }
      const [known, unknown] = Object.values(times).map((list) => list.sort((a, b) => a - b));
      const at = (list: readonly number[], share: number): number => list[Math.floor((list.length - 1) * share)];
      // All but the extreme tenths overlap. The middle halves of ten equal times would be apart once in fourteen runs.
      expect(at(known, 0.1)).toBeLessThan(at(unknown, 0.9));
      expect(at(unknown, 0.1)).toBeLessThan(at(known, 0.9));
    },
    1_800_000,
  );
});

const DRAFT = {
  author: { kind: 'anyone', id: undefined, name: '' },
  origin: { address: undefined, requestId: undefined },
  action: 'user.changed',
  target: undefined,
  details: {},
} as const;

const NO_TRIES = {
  ofEmailAndAddress: 0,
  ofAddress: 0,
  ofEmail: 0,
  emailAndAddressFreeAt: undefined,
  addressFreeAt: undefined,
} as const;

/** The first answers that come. */
function firstOf(answers: readonly Promise<Answer>[], count: number): Promise<Answer[]> {
  const come: Answer[] = [];
  return new Promise((resolve, reject) => {
    for (const answer of answers) {
      answer.then((one) => {
        come.push(one);
        if (come.length === count) resolve([...come]);
      }, reject);
    }
  });
}
