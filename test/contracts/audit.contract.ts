import fc from 'fast-check';
import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import { AUDIT_ACTIONS, type AuditDraft, type AuditEntry } from '../../server/domain/access/audit.js';
import { LOGIN_TRIES } from '../../server/domain/access/login-tries.js';
import { API_CLIENT } from '../../server/domain/actor.js';
import { deleteCustomer } from '../../server/domain/customer/edit.js';
import { customerNotFound } from '../../server/domain/errors.js';
import { actions, allEntries, draft, hashed, newSession, newUser, NOW } from '../support/access.js';
import type { Engine } from '../support/engine.js';
import { ingestLines, event } from '../support/messages.js';

const MINUTE = 60_000;
const EMAIL = 'ada@example.com';
const ADDRESS = '192.0.2.1';

/** The audit and the counts of wrong passwords of every engine. */
export function describeAudit(name: string, open: () => Promise<Engine>): void {
  describe(`the audit in ${name}`, () => {
    let engine: Engine;
    let access: AccessRepository;
    /** The same database over a second connection, where there can be one. */
    let other: AccessRepository;
    let closeOther: () => Promise<void>;

    beforeEach(async () => {
      engine = await open();
      ({ access } = engine);
      const second = await engine.again?.();
      other = second?.access ?? access;
      closeOther = async () => second?.close();
    });
    afterEach(async () => {
      await closeOther();
      await engine.close();
    });

    it('gives back what was recorded, whatever its characters, in both orders', async () => {
      const text = fc.string({ unit: 'binary', maxLength: 40 });
      const details = fc.dictionary(
        fc.string({ maxLength: 8 }).filter((member) => member !== '__proto__'),
        fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 3 })),
        { maxKeys: 4 },
      );
      const anyDraft: fc.Arbitrary<AuditDraft> = fc.record({
        author: fc.record({
          kind: fc.constantFrom('user', 'token', 'command line', 'anyone'),
          id: fc.option(fc.nat(), { nil: undefined }),
          name: text,
        }),
        origin: fc.record({
          address: fc.option(text, { nil: undefined }),
          requestId: fc.option(text, { nil: undefined }),
        }),
        action: fc.constantFrom(...AUDIT_ACTIONS),
        target: fc.option(text, { nil: undefined }),
        details,
      });
      const drafts = fc.sample(anyDraft, 40).map((made) => ({ ...made, details: { ...made.details } }));
      for (const [at, entry] of drafts.entries()) await (at % 2 ? access : other).record(entry, NOW + at);
      const kept = (value: string): string => value.replaceAll('\0', '\ufffd');
      const entries = await allEntries(access);
      expect(entries.map(({ hash, ...entry }) => [hash.length, entry])).toEqual(
        drafts.map(({ author, origin, action, target, details: members }, at) => [
          32,
          {
            id: at + 1,
            at: NOW + at,
            author: { ...author, name: kept(author.name) },
            origin: {
              address: origin.address === undefined ? undefined : kept(origin.address),
              requestId: origin.requestId === undefined ? undefined : kept(origin.requestId),
            },
            action,
            target: target === undefined ? undefined : kept(target),
            details: members,
          },
        ]),
      );
      expect(new Set(entries.map(({ hash }) => Buffer.from(hash).toString('hex'))).size).toBe(40);
      expect(await broken()).toEqual([]);
    });

    it('cuts long texts at whole characters', async () => {
      const long = `a${'é'.repeat(600)}`;
      await access.record({ ...draft('export', long), details: { long: 'x'.repeat(20_000) } }, NOW);
      const [entry] = await allEntries(access);
      expect(entry.target).toBe(long.slice(0, 512));
      expect(entry.details).toEqual({ cut: true });
      expect(await broken()).toEqual([]);
    });

    it('gives the entries that are asked for, the newest first', async () => {
      const by = (id: number): AuditDraft['author'] => ({ kind: 'user', id, name: `${id}@example.com` });
      for (let i = 1; i <= 9; i++) {
        const entry = draft(i % 3 === 0 ? 'export' : 'customer.deleted', `target ${i % 2}`);
        await access.record({ ...entry, author: by(i % 4) }, NOW + i);
      }
      const ids = async (query: Partial<Parameters<AccessRepository['audit']>[0]>): Promise<number[]> =>
        (await other.audit({ limit: 50, ...query })).map(({ id }) => id);
      expect(await ids({})).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
      expect(await ids({ limit: 2 })).toEqual([9, 8]);
      expect(await ids({ limit: 2, before: 8 })).toEqual([7, 6]);
      expect(await ids({ action: 'export' })).toEqual([9, 6, 3]);
      expect(await ids({ author: '1@example.com' })).toEqual([9, 5, 1]);
      expect(await ids({ target: 'target 0' })).toEqual([8, 6, 4, 2]);
      expect(await ids({ since: NOW + 3, until: NOW + 5 })).toEqual([4, 3]);
      expect(await ids({ action: 'export', target: 'target 1', author: '1@example.com' })).toEqual([9]);
      expect(await ids({ action: 'login' })).toEqual([]);
    });

    it('stays one chain without gaps under writers of two databases, and when they fail', async () => {
      const work: Promise<unknown>[] = [];
      for (let i = 0; i < 40; i++) {
        const writer = i % 2 ? access : other;
        work.push(writer.record(draft('export', String(i)), NOW));
        work.push(writer.createUser(newUser(`user${i % 7}`), draft('user.created'), NOW));
        work.push(writer.removeToken(i, draft('token.removed')));
      }
      await Promise.allSettled(work);
      const entries = await allEntries(access);
      expect(entries.map(({ id }) => id)).toEqual(entries.map((_, at) => at + 1));
      expect(entries).toHaveLength(40 + 7 + 1);
      expect(await broken()).toEqual([]);
    });

    it('has the entry of a deletion in its transaction, and none of a deletion that is refused', async () => {
      await ingestLines(engine, [event({ user_id: 'one' }), event({ user_id: 'two' }), event({ user_id: 'three' })]);
      const note = (target: string | undefined): Parameters<typeof engine.customers.change>[2] => ({
        actor: API_CLIENT,
        action: 'updated',
        audit: draft(target === undefined ? 'bulk-edit' : 'customer.deleted', target, { customers: 3 }),
      });
      await engine.customers.change('one', (state) => deleteCustomer(state, NOW), note('one'));
      const refuse = (): never => {
        throw customerNotFound('one');
      };
      await expect(engine.customers.change('two', refuse, note('two'))).rejects.toThrow();
      await engine.customers.change('two', () => undefined, note('two'));
      expect(await actions(other)).toEqual(['customer.deleted']);
      const deleteEach: Parameters<typeof engine.customers.change>[1] = (state, current) => {
        if (!current) throw customerNotFound(state.id);
        deleteCustomer(state, NOW);
      };
      expect(await engine.customers.changeEach(['one'], deleteEach, note(undefined))).toMatchObject([
        { changed: false },
      ]);
      expect(await actions(other)).toEqual(['customer.deleted']);
      await engine.customers.changeEach(['one', 'two', 'three'], deleteEach, note(undefined));
      expect((await allEntries(other)).map(({ action, target, details }) => [action, target, details])).toEqual([
        ['customer.deleted', 'one', { customers: 3 }],
        ['bulk-edit', undefined, { customers: 3 }],
      ]);
      expect(await engine.customers.get('two')).toBeUndefined();
      expect(await broken()).toEqual([]);
    });

    it('keeps who made an edit in the history of its customer', async () => {
      await ingestLines(engine, [event({ user_id: 'one' })]);
      const edit =
        (value: string): Parameters<typeof engine.customers.change>[1] =>
        (state) => {
          state.attributes.set('plan', { value: JSON.stringify(value), timestamp: NOW });
        };
      const author = { kind: 'token', id: 7, name: 'Übersicht' } as const;
      await engine.customers.change('one', edit('gold'), { actor: API_CLIENT, action: 'updated' });
      await engine.customers.change('one', edit('pro'), { actor: { ...API_CLIENT, author }, action: 'updated' });
      const { entries } = await engine.history.page('one', undefined, 10);
      expect(entries.map((entry) => entry.author)).toEqual([author, undefined]);
    });

    describe('wrong passwords', () => {
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
        expect(await broken()).toEqual([]);
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

    it('loses what has ended, and nothing else', async () => {
      const { id } = await access.createUser(newUser('ada'), draft('user.created'), NOW);
      const bob = await access.createUser(newUser('bob'), draft('user.created'), NOW);
      const end = NOW + 10 * MINUTE;
      await access.createSession(newSession(id, 'ends', { endsAt: end }), draft('login'));
      await access.createSession(newSession(id, 'stays', { endsAt: end + 1 }), draft('login'));
      const code = (userId: number, secret: string, endsAt: number): Promise<void> =>
        access.createCode({ hash: hashed(secret), purpose: 'invitation', userId, endsAt }, draft('user.link'));
      await code(id, 'ends', end);
      await code(bob.id, 'stays', end + 1);
      const before = await allEntries(access);
      await other.removeEnded(end);
      expect(await allEntries(access)).toEqual(before);
      // An earlier time would find them, if they were there.
      expect(await access.session(hashed('ends'), NOW)).toBeUndefined();
      expect(await access.findCode(hashed('ends'), NOW)).toBeUndefined();
      expect(await access.session(hashed('stays'), NOW)).toBeDefined();
      expect(await access.findCode(hashed('stays'), NOW)).toBeDefined();
    });

    /** The report of a check about the audit; nothing in an engine without a check. */
    async function broken(): Promise<unknown[]> {
      const tables = (await engine.check?.run()) ?? [];
      return tables.filter(({ table, differences }) => table === 'audit' && differences > 0);
    }
  });
}

/** The audit as rows of an engine that has tables. */
export function describeAuditTable(name: string, open: () => Promise<Engine>): void {
  describe(`the table of the audit in ${name}`, () => {
    let engine: Engine;
    const sql = async (text: string): Promise<Readonly<Record<string, unknown>>[]> => (await engine.sql?.(text)) ?? [];
    const differences = async (): Promise<unknown[]> => {
      const found = (await engine.check?.run())?.find(({ table }) => table === 'audit');
      expect(found?.mendable).toBe(false);
      return (found?.first ?? []).map(({ key }) => key);
    };
    const entries = (): Promise<AuditEntry[]> => allEntries(engine.access);

    beforeEach(async () => {
      engine = await open();
      for (let i = 1; i <= 4; i++) await engine.access.record(draft('customer.deleted', `customer ${i}`), NOW + i);
    });
    afterEach(() => engine.close());

    it.each([
      'UPDATE audit SET at = at + 1 WHERE id = 2',
      "UPDATE audit SET target = 'another' WHERE id = 2",
      'UPDATE audit SET target = NULL, target_hash = NULL WHERE id = 2',
      "UPDATE audit SET target = NULL, details = '{}{}' WHERE id = 2",
      "UPDATE audit SET target = NULL, address = 'x' WHERE id = 2",
      'UPDATE audit SET target = NULL, author_id = 5 WHERE id = 2',
      'UPDATE audit SET id = 9, target = NULL WHERE id = 4',
      'DELETE FROM audit WHERE id = 4',
      'DELETE FROM audit',
      name === 'sqlite' ? 'INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE id = 1' : 'TRUNCATE audit',
    ])('refuses %s', async (text) => {
      const before = await entries();
      await expect(sql(text)).rejects.toThrow('An entry of the audit is never');
      expect(await entries()).toEqual(before);
    });

    it('has a target that may be blanked, which keeps the chain', async () => {
      const before = await entries();
      await sql("UPDATE audit SET target = NULL WHERE target = 'customer 2'");
      expect(await entries()).toEqual(
        before.map((entry) => (entry.id === 2 ? { ...entry, target: undefined } : entry)),
      );
      expect(await differences()).toEqual([]);
      await engine.access.record(draft('export'), NOW);
      expect(await differences()).toEqual([]);
    });

    const unguarded =
      name === 'sqlite' ? 'DROP TRIGGER audit_is_not_changed' : 'ALTER TABLE audit DISABLE TRIGGER USER';
    const guarded = name === 'sqlite' ? undefined : 'ALTER TABLE audit ENABLE TRIGGER USER';
    it.each([
      ['a changed entry', "UPDATE audit SET details = '{}x' WHERE id = 2", ['2']],
      ['another target', "UPDATE audit SET target = 'another' WHERE id = 3", ['3']],
      ['a changed number', 'UPDATE audit SET id = 9 WHERE id = 4', ['9', '4']],
      ['a forgotten entry', 'UPDATE access_state SET audit_entries = 5', ['5']],
      ['another last entry', 'UPDATE access_state SET audit_head = audit_key', ['4']],
    ])('that is damaged is found: %s', async (_what, text, keys) => {
      expect(await differences()).toEqual([]);
      await sql(unguarded);
      await sql(text);
      if (guarded !== undefined) await sql(guarded);
      expect(await differences()).toEqual(keys);
      await engine.check?.mend(['audit']);
      expect(await differences()).toEqual(keys);
    });
  });
}
