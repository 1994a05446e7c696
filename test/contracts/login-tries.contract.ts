import fc from 'fast-check';
import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import { LOGIN_TRIES } from '../../server/domain/access/login-tries.js';
import { allEntries, auditFaults, draft, newSession, newUser, NOW, openTwice } from '../support/access.js';
import type { Engine } from '../support/engine.js';

const MINUTE = 60_000;
const EMAIL = 'ada@example.com';
const ADDRESS = '192.0.2.1';

/** The counts of wrong passwords of every engine. */
export function describeLoginTries(name: string, open: () => Promise<Engine>): void {
  describe(`wrong passwords in ${name}`, () => {
    let engine: Engine;
    let access: AccessRepository;
    let other: AccessRepository;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ engine, access, other, close } = await openTwice(open));
    });
    afterEach(() => close());

    const note = (by: AccessRepository, email: string, address: string, now: number): Promise<void> =>
      by.noteWrongTry(email, address, { ...draft('login.failed', email), origin: { address, requestId: 'r' } }, now);
    const failures = async (): Promise<readonly (readonly unknown[])[]> =>
      (await allEntries(access))
        .filter(({ action }) => action === 'login.failed')
        .map(({ target, origin, details }) => [target, origin.address, details]);

    it('are counted by email and address for 15 minutes, to the millisecond, over both connections', async () => {
      for (let i = 0; i < 5; i++) await note(i % 2 ? access : other, EMAIL, ADDRESS, NOW + i);
      await note(access, 'bob@example.com', ADDRESS, NOW + 7);
      await note(access, EMAIL, '192.0.2.2', NOW + 9);
      const end = NOW + LOGIN_TRIES.windowMs;
      const reopened = await engine.again?.();
      for (const reader of [access, other, reopened?.access ?? access]) {
        expect(await reader.wrongTries(EMAIL, ADDRESS, NOW + 10)).toEqual({
          ofEmailAndAddress: 5,
          ofAddress: 6,
          ofEmail: 6,
          emailAndAddressFreeAt: end,
          addressFreeAt: end,
        });
        expect(await reader.wrongTries(EMAIL, ADDRESS, end - 1)).toMatchObject({ ofEmailAndAddress: 5 });
        expect(await reader.wrongTries(EMAIL, ADDRESS, end)).toMatchObject({
          ofEmailAndAddress: 4,
          emailAndAddressFreeAt: end + 1,
        });
        expect(await reader.wrongTries(EMAIL, ADDRESS, end + 9)).toEqual({
          ofEmailAndAddress: 0,
          ofAddress: 0,
          ofEmail: 0,
          emailAndAddressFreeAt: undefined,
          addressFreeAt: undefined,
        });
      }
      await reopened?.close();
    });

    it('count for a text that is too long to be an email, of which little is kept', async () => {
      const long = 'é'.repeat(100_000);
      await note(access, long, ADDRESS, NOW);
      await note(other, long, ADDRESS, NOW + 1);
      expect(await access.wrongTries(long, ADDRESS, NOW + 2)).toMatchObject({ ofEmailAndAddress: 2, ofEmail: 2 });
      const rows = (await engine.sql?.('SELECT email FROM login_failures')) ?? [];
      expect(rows.filter(({ email }) => email !== 'é'.repeat(160))).toEqual([]);
    });

    it('at the same moment all count', async () => {
      await Promise.all(Array.from({ length: 12 }, (_, i) => note(i % 2 ? access : other, EMAIL, ADDRESS, NOW)));
      expect(await other.wrongTries(EMAIL, ADDRESS, NOW)).toMatchObject({ ofEmailAndAddress: 12, ofEmail: 12 });
    });

    it('are counted before they are checked, so that of many at once over both connections five are', async () => {
      const begin = (by: AccessRepository): ReturnType<AccessRepository['beginTry']> =>
        by.beginTry(EMAIL, ADDRESS, NOW);
      const begun = await Promise.all(Array.from({ length: 12 }, (_, i) => begin(i % 2 ? access : other)));
      const tries = begun.flatMap((one) => (one.kind === 'begun' ? [one] : []));
      expect([tries.length, begun.length - tries.length]).toEqual([5, 7]);
      expect(await access.wrongTries(EMAIL, ADDRESS, NOW)).toMatchObject({ ofEmailAndAddress: 5 });
      expect(await failures()).toEqual([]);
      // A right password does not count, and frees the place of another try.
      await other.endTry(tries[4], undefined, NOW + 1);
      const again = await begin(access);
      if (again.kind === 'refused') throw new Error('The try was refused.');
      const entry = { ...draft('login.failed', EMAIL), origin: { address: ADDRESS, requestId: undefined } };
      for (const one of [...tries.slice(0, 4), again]) await other.endTry(one, entry, NOW + 2);
      expect(await access.wrongTries(EMAIL, ADDRESS, NOW)).toMatchObject({ ofEmailAndAddress: 5 });
      await access.removeEnded(NOW + MINUTE);
      expect(await failures()).toEqual([
        [EMAIL, ADDRESS, { count: 1 }],
        [EMAIL, ADDRESS, { count: 4, minute: new Date(NOW - 1).toISOString() }],
      ]);
    });

    it('count when they end after a login that has forgotten them, and not when their process was killed', async () => {
      const { id } = await access.createUser(newUser('ada'), draft('user.created'), NOW);
      const first = await access.beginTry(EMAIL, ADDRESS, NOW);
      const second = await other.beginTry(EMAIL, ADDRESS, NOW + 1);
      if (first.kind === 'refused' || second.kind === 'refused') throw new Error('A try was refused.');
      await access.createSession(newSession(id, 's', { network: ADDRESS, createdAt: NOW + 2 }), draft('login'));
      expect(await failures()).toEqual([]);
      const entry = { ...draft('login.failed', EMAIL), origin: { address: ADDRESS, requestId: undefined } };
      await other.endTry(second, entry, NOW + 3);
      expect(await access.wrongTries(EMAIL, ADDRESS, NOW + 3)).toMatchObject({ ofEmailAndAddress: 1 });
      await access.removeEnded(NOW + MINUTE);
      expect(await failures()).toEqual([[EMAIL, ADDRESS, { count: 1, minute: new Date(NOW - 1).toISOString() }]]);
    });

    it('are as many as a model counts', async () => {
      const emails = ['a', 'b', 'c\0\ud800'];
      const tried = fc.record({
        email: fc.constantFrom(...emails),
        address: fc.constantFrom('1', '2'),
        after: fc.integer({ min: 0, max: 4 * MINUTE }),
      });
      const tries = fc.sample(tried, 60);
      let now = NOW;
      const made: { email: string; address: string; at: number }[] = [];
      for (const { email, address, after } of tries) {
        now += after;
        await note(access, email, address, now);
        made.push({ email, address, at: now });
        const counted = made.filter(({ at }) => at > now - LOGIN_TRIES.windowMs);
        const ofAddress = counted.filter((one) => one.address === address);
        const ofEmail = counted.filter((one) => one.email === email);
        const both = ofAddress.filter((one) => one.email === email);
        expect(await other.wrongTries(email, address, now)).toEqual({
          ofEmailAndAddress: both.length,
          ofAddress: ofAddress.length,
          ofEmail: ofEmail.length,
          emailAndAddressFreeAt: both[0].at + LOGIN_TRIES.windowMs,
          addressFreeAt: ofAddress[0].at + LOGIN_TRIES.windowMs,
        });
      }
      await access.removeEnded(now + LOGIN_TRIES.windowMs);
      const counts = (await failures()).map(([, , details]) => (details as { count: number }).count);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(tries.length);
      expect(await auditFaults(engine)).toEqual([]);
    });

    it('are forgotten at a login from the same address', async () => {
      const { id } = await access.createUser(newUser('ada'), draft('user.created'), NOW);
      for (let i = 0; i < 3; i++) await note(access, EMAIL, ADDRESS, NOW + i);
      await note(access, EMAIL, '192.0.2.2', NOW);
      await other.createSession(newSession(id, 's', { network: ADDRESS, createdAt: NOW + 4 }), draft('login'));
      expect(await access.wrongTries(EMAIL, ADDRESS, NOW + 4)).toMatchObject({ ofEmailAndAddress: 0, ofEmail: 1 });
      const minute = new Date(NOW - 1).toISOString();
      expect(await failures()).toEqual([
        [EMAIL, ADDRESS, { count: 1 }],
        [EMAIL, '192.0.2.2', { count: 1 }],
        [EMAIL, ADDRESS, { count: 2, minute }],
      ]);
    });

    it('are in the audit once a minute for each email and address, with a count', async () => {
      for (let i = 0; i < 5; i++) await note(i % 2 ? access : other, EMAIL, ADDRESS, NOW + i);
      await note(access, 'bob@example.com', ADDRESS, NOW + 6);
      const first = [
        [EMAIL, ADDRESS, { count: 1 }],
        ['bob@example.com', ADDRESS, { count: 1 }],
      ];
      expect(await failures()).toEqual(first);
      await access.removeEnded(NOW + MINUTE - 2);
      expect(await failures()).toEqual(first);
      await access.removeEnded(NOW + MINUTE - 1);
      const rest = [EMAIL, ADDRESS, { count: 4, minute: new Date(NOW - 1).toISOString() }];
      expect(await failures()).toEqual([...first, rest]);
      await note(access, EMAIL, ADDRESS, NOW + MINUTE);
      await access.removeEnded(NOW + 60 * MINUTE);
      expect(await failures()).toEqual([...first, rest, [EMAIL, ADDRESS, { count: 1 }]]);
      expect(await access.wrongTries(EMAIL, ADDRESS, NOW)).toMatchObject({ ofEmail: 0 });
    });

    it('cannot fill the audit', async () => {
      for (let i = 0; i < 120; i++) await note(access, `${i}@example.com`, `192.0.2.${i % 60}`, NOW + i);
      expect(await failures()).toHaveLength(20);
      await access.removeEnded(NOW + MINUTE);
      const entries = await failures();
      expect(entries).toHaveLength(41);
      expect(entries.at(-1)).toEqual([
        undefined,
        undefined,
        { count: 80, minute: new Date(NOW - 1).toISOString(), emails: 80, addresses: 60 },
      ]);
      expect(await access.wrongTries('1@example.com', '192.0.2.1', NOW + MINUTE)).toMatchObject({ ofAddress: 2 });
    });
  });
}
