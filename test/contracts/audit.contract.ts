import fc from 'fast-check';
import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import { AUDIT_ACTIONS, type AuditDraft, type AuditEntry } from '../../server/domain/access/audit.js';
import { API_CLIENT } from '../../server/domain/actor.js';
import { deleteCustomer } from '../../server/domain/customer/edit.js';
import { customerNotFound } from '../../server/domain/errors.js';
import {
  actions,
  allEntries,
  auditFaults,
  draft,
  hashed,
  newSession,
  newUser,
  NOW,
  openTwice,
} from '../support/access.js';
import type { Engine } from '../support/engine.js';
import { ingestLines, event } from '../support/messages.js';

const MINUTE = 60_000;

/** The audit of every engine. */
export function describeAudit(name: string, open: () => Promise<Engine>): void {
  describe(`the audit in ${name}`, () => {
    let engine: Engine;
    let access: AccessRepository;
    let other: AccessRepository;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ engine, access, other, close } = await openTwice(open));
    });
    afterEach(() => close());

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
      expect(await auditFaults(engine)).toEqual([]);
    });

    it('cuts long texts at whole characters', async () => {
      const long = `a${'é'.repeat(600)}`;
      await access.record({ ...draft('export', long), details: { long: 'x'.repeat(20_000) } }, NOW);
      const [entry] = await allEntries(access);
      expect(entry.target).toBe(long.slice(0, 512));
      expect(entry.details).toEqual({ cut: true });
      expect(await auditFaults(engine)).toEqual([]);
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
      expect(await auditFaults(engine)).toEqual([]);
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
      expect(await auditFaults(engine)).toEqual([]);
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
