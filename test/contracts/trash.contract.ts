import fc from 'fast-check';
import type { AuditDraft } from '../../server/domain/access/audit.js';
import { WEB_ADMIN } from '../../server/domain/actor.js';
import { deleteCustomer, overwriteAttributes, patchAttributes } from '../../server/domain/customer/edit.js';
import { restoration, type TrashedCustomer } from '../../server/domain/customer/trash.js';
import { expectAgreement } from '../support/agreement.js';
import type { Engine } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { attributes, event, ingestLines, shown, TIME, UPDATED } from '../support/messages.js';

/** Tests the trash of an engine: what a deletion keeps, and how it comes back. */
export function describeTrash(name: string, open: () => Promise<Engine>): void {
  describe(`the trash on ${name}`, () => {
    let engine: Engine;
    const find = async (id: string): Promise<unknown> => shown(await engine.customers.get(id));
    /** @param time in seconds */
    const remove = (id: string, time: number): Promise<unknown> =>
      engine.customers.change(id, (state) => deleteCustomer(state, time * 1000), UPDATED);
    const trashed = async (id: string): Promise<TrashedCustomer> => {
      const found = await engine.trash.get(id);
      if (!found) throw new Error(`${id} is not in the trash.`);
      return found;
    };
    const restore = async (id: string, from?: TrashedCustomer): Promise<unknown> =>
      engine.customers.change(id, restoration(from ?? (await trashed(id))), { actor: WEB_ADMIN, action: 'restored' });

    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => expectAgreement(engine).finally(() => engine.close()));

    it.each(['7', 'text', '..', 'é'])(
      'keeps customer %s as it was, with its tombstones, and who deleted it',
      async (id) => {
        await ingestLines(engine, [
          attributes({ plan: 'pro', n: 1.0 }, { user_id: id }),
          attributes({ plan: null }, { user_id: id, timestamp: TIME + 1 }),
          event({ user_id: id }),
        ]);
        const before = await find(id);
        const author = { kind: 'user', id: 3, name: 'anna@example.com' } as const;
        const actor = { ...WEB_ADMIN, author };
        const edit = (state: Parameters<typeof deleteCustomer>[0]): void => deleteCustomer(state, (TIME + 9) * 1000);
        await engine.customers.change(id, edit, { actor, action: 'updated' });
        expect(await find(id)).toBeUndefined();
        const entry = await trashed(id);
        expect(shown(entry.stored)).toEqual(before);
        expect(JSON.parse(entry.stored.attributeTimes)).toEqual({ n: TIME * 1000, plan: (TIME + 1) * 1000 });
        expect(entry).toMatchObject({
          deletedAt: (TIME + 9) * 1000,
          deletedBefore: undefined,
          source: 'admin',
          author,
        });
      },
    );

    it('has the last deleted customer first, and goes on behind a place', async () => {
      const ids = ['1', '2', '10', 'b', 'é', '\u{1f600}'];
      await ingestLines(
        engine,
        ids.map((id) => event({ user_id: id })),
      );
      for (const [at, id] of ids.entries()) await remove(id, TIME + Math.floor(at / 2));
      const all = await engine.trash.page(100);
      expect(all.map(({ stored }) => stored.id)).toEqual(['\u{1f600}', 'é', 'b', '10', '2', '1']);
      const [, , third] = all;
      const rest = await engine.trash.page(2, { deletedAt: third.deletedAt, id: third.stored.id });
      expect(rest.map(({ stored }) => stored.id)).toEqual(['10', '2']);
    });

    it('gives a customer back with what was accepted since, and lets stale messages in again', async () => {
      const early = [attributes({ plan: 'free', city: 'Rom' }), event({ id: 'one' })];
      const stale = attributes({ city: 'Ulm' }, { timestamp: TIME + 5 });
      await ingestLines(engine, early);
      await remove('1', TIME + 10);
      await ingestLines(engine, [stale, attributes({ plan: 'pro' }, { timestamp: TIME + 20 }), event({ id: 'one' })]);
      await ingestLines(engine, [event({ id: 'two', timestamp: TIME + 21 })]);
      await restore('1');
      expect(await find('1')).toEqual({
        id: '1',
        attributes: { city: 'Rom', plan: 'pro' },
        events: { page: 2 },
        last_updated: TIME + 21,
      });
      expect(await engine.trash.get('1')).toBeUndefined();
      const report = await ingestLines(engine, [...early, stale]);
      expect(report).toMatchObject({ duplicates: 2, attributes: 1, stale: 0 });
      expect(await find('1')).toMatchObject({ attributes: { city: 'Ulm', plan: 'pro' }, events: { page: 2 } });
    });

    it('restores a customer that did not come again, with its history', async () => {
      await ingestLines(engine, [attributes({ plan: 'free' }), event()]);
      const values = [{ name: 'plan', value: '"pro"' }];
      await engine.customers.change('1', (state) => patchAttributes(state, values, (TIME + 1) * 1000), UPDATED);
      const before = await find('1');
      await remove('1', TIME + 10);
      expect((await engine.history.page('1', undefined, 10)).entries).toEqual([]);
      await restore('1');
      expect(await find('1')).toEqual(before);
      const { entries } = await engine.history.page('1', undefined, 10);
      expect(entries.map(({ action, source }) => [action, source])).toEqual([
        ['restored', 'admin'],
        ['deleted', 'api'],
        ['updated', 'api'],
      ]);
      expect(JSON.parse(entries[0].changes)).toEqual([{ name: 'plan', to: 'pro' }]);
    });

    it('adds a second deletion to the same entry', async () => {
      await ingestLines(engine, [attributes({ plan: 'free', city: 'Rom' }), event()]);
      await remove('1', TIME + 10);
      await ingestLines(engine, [
        attributes({ plan: 'pro' }, { timestamp: TIME + 20 }),
        event({ timestamp: TIME + 20 }),
        event({ timestamp: TIME + 21, name: 'buy' }),
      ]);
      await remove('1', TIME + 30);
      expect(await engine.trash.page(10)).toHaveLength(1);
      expect(await trashed('1')).toMatchObject({ deletedAt: (TIME + 30) * 1000, deletedBefore: undefined });
      await restore('1');
      expect(await find('1')).toEqual({
        id: '1',
        attributes: { city: 'Rom', plan: 'pro' },
        events: { buy: 1, page: 2 },
        last_updated: TIME + 21,
      });
    });

    it('keeps the deletion of an entry that has ended, when a later one is taken back', async () => {
      await ingestLines(engine, [event({ id: 'old' })]);
      await remove('1', TIME + 10);
      await ingestLines(engine, [event({ timestamp: TIME + 20 })]);
      const audit: AuditDraft = { ...WEB_ADMIN, action: 'customer.erased', target: '1', details: {} };
      await engine.customers.erase('1', { audit, trashedBefore: (TIME + 11) * 1000 });
      expect(await engine.trash.get('1')).toBeUndefined();
      await remove('1', TIME + 30);
      await restore('1');
      const report = await ingestLines(engine, [attributes({ n: 1 }), event({ timestamp: TIME + 25 })]);
      expect(report).toMatchObject({ stale: 1, events: 1 });
      expect(await find('1')).toMatchObject({ attributes: {}, events: { page: 2 } });
    });

    it('refuses an entry that is no longer true', async () => {
      await ingestLines(engine, [event()]);
      await remove('1', TIME + 10);
      const first = await trashed('1');
      await restore('1', first);
      await expect(restore('1', first)).rejects.toMatchObject({ code: 'customer_changed' });
      await remove('1', TIME + 10);
      const again = await trashed('1');
      await engine.customers.change('1', (state) => overwriteAttributes(state, [], (TIME + 10) * 1000), UPDATED);
      await remove('1', TIME + 10);
      await expect(restore('1', again)).rejects.toMatchObject({ code: 'customer_changed' });
      await restore('1');
      expect(await find('1')).toMatchObject({ events: { page: 1 } });
    });

    it('notes a restoration in the audit, once', async () => {
      await ingestLines(engine, [event()]);
      await remove('1', TIME + 10);
      const { author, origin } = WEB_ADMIN;
      const audit: AuditDraft = { author, origin, action: 'customer.restored', target: '1', details: {} };
      const note = { actor: WEB_ADMIN, action: 'restored', audit } as const;
      await engine.customers.change('1', restoration(await trashed('1')), note);
      const entries = await engine.access.audit({ limit: 10, action: 'customer.restored' });
      expect(entries.map(({ target }) => target)).toEqual(['1']);
    });

    it('keeps every customer of a bulk deletion', async () => {
      const ids = Array.from({ length: 250 }, (_, at) => String(at + 1));
      await ingestLines(
        engine,
        ids.map((id) => event({ user_id: id })),
      );
      await engine.customers.changeEach(ids, (state) => deleteCustomer(state, (TIME + 1) * 1000), UPDATED);
      expect(await engine.trash.page(1000)).toHaveLength(250);
      await restore('99');
      expect(await engine.trash.page(1000)).toHaveLength(249);
    });

    it('gives the record of a customer that was never deleted, once all messages were ingested again', async () => {
      let customer = 0;
      const time = fc.integer({ min: 0, max: 60 });
      const message = fc.record({ time, name: fc.constantFrom('a', 'b', 'c'), isEvent: fc.boolean() });
      const step = fc.record({
        messages: fc.array(message, { maxLength: 3 }),
        then: fc.constantFrom('nothing', 'delete', 'delete', 'restore'),
        deleteAt: time,
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
          const [deleted, plain] = [`d${++customer}`, `p${customer}`];
          const lines: string[] = [];
          let tick = 0;
          for (const { messages, then, deleteAt } of steps) {
            const some = messages.map(({ time: at, name: what, isEvent }) => {
              // No two have the same time: a tie is decided by arrival.
              const members = { user_id: deleted, id: String(++tick), timestamp: TIME + at + tick / 1000 };
              return isEvent ? event({ ...members, name: what }) : attributes({ [what]: tick }, members);
            });
            lines.push(...some);
            await ingestLines(engine, some);
            if (then === 'delete' && (await find(deleted)) !== undefined) await remove(deleted, TIME + deleteAt);
            if (then === 'restore' && (await engine.trash.get(deleted))) await restore(deleted);
          }
          if (await engine.trash.get(deleted)) await restore(deleted);
          await ingestLines(engine, [...lines, ...lines.map((line) => line.replace(deleted, plain))]);
          const named = JSON.stringify(await find(deleted)) as string | undefined;
          expect(named?.replace(deleted, plain)).toEqual(JSON.stringify(await find(plain)));
        }),
        runs(8),
      );
    });
  });
}
