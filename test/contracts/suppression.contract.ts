import { NOWHERE, type AuditAction, type AuditDraft, type Author } from '../../server/domain/access/audit.js';
import { API_CLIENT } from '../../server/domain/actor.js';
import {
  attributesToCreate,
  overwriteAttributes,
  patchAttributes,
  suppressCustomer,
  unsuppressCustomer,
} from '../../server/domain/customer/edit.js';
import type { EditNote } from '../../server/domain/customer/history.js';
import { allRejected } from '../../server/domain/ingestion/ingestion.js';
import { allEntries } from '../support/access.js';
import { expectAgreement } from '../support/agreement.js';
import type { Cases, Engine } from '../support/engine.js';
import { attributes, event, ingestLines, shown, TIME, UPDATED } from '../support/messages.js';
import { liveMessages } from './live-messages.contract.js';

const AUTHOR: Author = { kind: 'source', id: 7, name: 'shop' };
/** Ids of both kinds: numbers and texts. */
const IDS = ['1', 'é 2'] as const;

function noteOf(action: AuditAction, target: string): EditNote {
  const audit: AuditDraft = { author: AUTHOR, origin: NOWHERE, action, target, details: {} };
  return { actor: { ...API_CLIENT, author: AUTHOR }, action: 'updated', audit };
}

/** Tests how the repository of an engine suppresses customers. */
export function describeSuppression(name: string, open: () => Promise<Engine>, cases: Cases): void {
  describe(`suppression on ${name}`, () => {
    let engine: Engine;
    const suppress = (id: string): Promise<unknown> =>
      engine.customers.change(
        id,
        (state) => suppressCustomer(state, TIME * 1000 + 5),
        noteOf('customer.suppressed', id),
      );
    const unsuppress = (id: string): Promise<unknown> =>
      engine.customers.change(id, unsuppressCustomer, noteOf('customer.unsuppressed', id));
    const accept = async (...lines: string[]): Promise<readonly string[]> =>
      engine.customers.accept(await liveMessages(engine, lines));
    const find = async (id: string): Promise<unknown> => shown(await engine.customers.get(id));

    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => expectAgreement(engine).finally(() => engine.close()));

    it.each(IDS)('of %p rejects the lines of a source, new ones and repeats, in the middle of others', async (id) => {
      const lines = [
        event({ user_id: id }),
        attributes({ a: 'x' }, { user_id: id }),
        event({ user_id: '2' }),
        event({ user_id: 'z' }),
      ];
      expect(await ingestLines(engine, lines)).toMatchObject({ events: 3, attributes: 1, customers: 3 });
      await suppress(id);
      expect(await find(id)).toBeUndefined();
      const later = { user_id: id, timestamp: TIME + 1000 };
      const more = [...lines, event(later), event(later), attributes({ a: 'y' }, later), event({ user_id: '3' }), '{}'];
      const report = await ingestLines(engine, more);
      expect(report).toMatchObject({ events: 1, attributes: 0, duplicates: 2, stale: 0, customers: 1 });
      expect(report.rejected).toEqual({ suppressed: 5, unknown_type: 1 });
      expect(report.lines).toBe(report.events + report.duplicates + allRejected(report));
      expect(await find(id)).toBeUndefined();
      expect((await engine.customers.page(0, 10)).total).toBe(3);
    });

    it.each(IDS)('of %p, which never existed, rejects messages from files and live ones', async (id) => {
      await suppress(id);
      const report = await ingestLines(engine, [
        event({ user_id: id }),
        event({ user_id: id }),
        event({ user_id: '9' }),
      ]);
      expect(report).toMatchObject({ events: 1, customers: 1, rejected: { suppressed: 2 } });
      expect(await accept(event({ user_id: id }), event({ user_id: '9' }))).toEqual(['suppressed', 'accepted']);
      expect(await find(id)).toBeUndefined();
    });

    if (cases !== 'all') return;

    it.each(IDS)('of %p ends: then messages later than the deletion start it anew', async (id) => {
      const first = event({ user_id: id });
      await accept(first);
      await suppress(id);
      const later = event({ user_id: id, timestamp: TIME + 1 });
      expect(await accept(later, first)).toEqual(['suppressed', 'suppressed']);
      await unsuppress(id);
      expect(await find(id)).toBeUndefined();
      expect(await accept(first, later, later)).toEqual(['stale', 'accepted', 'duplicate']);
      expect(await ingestLines(engine, [first, later, event({ user_id: id, timestamp: TIME + 2 })])).toMatchObject({
        events: 1,
        duplicates: 1,
        stale: 1,
        rejected: {},
      });
      expect(await find(id)).toEqual({ id, attributes: {}, events: { page: 2 }, last_updated: TIME + 2 });
    });

    it('of a customer that never existed ends without a trace', async () => {
      await suppress('1');
      await unsuppress('1');
      await unsuppress('never');
      expect(await accept(event({ timestamp: 0 }))).toEqual(['accepted']);
      expect(await find('1')).toMatchObject({ events: { page: 1 } });
    });

    it('is for one customer, in a request that has others', async () => {
      await accept(event({ user_id: '2' }));
      await suppress('1');
      const [one, two] = [event(), event({ user_id: '2' })];
      expect(await accept(one, two, event({ user_id: '3' }), one, two)).toEqual([
        'suppressed',
        'accepted',
        'accepted',
        'suppressed',
        'duplicate',
      ]);
    });

    it('refuses edits that would create it, and leaves it deleted', async () => {
      await suppress('1');
      const create = attributesToCreate({ email: 'a@example.com' }, TIME * 1000);
      const edits = [
        engine.customers.change('1', (state) => overwriteAttributes(state, create, TIME), UPDATED),
        engine.customers.change('1', (state) => patchAttributes(state, [{ name: 'a', value: '1' }], TIME), UPDATED),
      ];
      for (const edit of edits) await expect(edit).rejects.toMatchObject({ code: 'customer_suppressed' });
      const [outcome] = await engine.customers.changeEach(
        ['1'],
        (state) => patchAttributes(state, [{ name: 'a', value: '1' }], TIME),
        UPDATED,
      );
      expect(outcome).toMatchObject({ id: '1', changed: false, refusal: { code: 'customer_suppressed' } });
      await unsuppress('1');
      await engine.customers.change('1', (state) => overwriteAttributes(state, create, TIME), UPDATED);
      expect(await find('1')).toMatchObject({ attributes: { email: 'a@example.com' } });
    });

    it('is in the audit with its author, each change once', async () => {
      await accept(event());
      await suppress('1');
      await suppress('1');
      await suppress('never');
      await unsuppress('1');
      await unsuppress('1');
      const entries = (await allEntries(engine.access)).map(({ action, target, author }) => [action, target, author]);
      expect(entries).toEqual([
        ['customer.suppressed', '1', AUTHOR],
        ['customer.suppressed', 'never', AUTHOR],
        ['customer.unsuppressed', '1', AUTHOR],
      ]);
    });

    it('holds for messages that arrive at the same time: the customer is gone, or they are rejected', async () => {
      for (let round = 0; round < 10; round++) {
        const id = `${round} both`;
        const lines = Array.from({ length: 20 }, (_, n) => event({ user_id: id, timestamp: TIME + 1 + n }));
        const before = accept(...lines.slice(0, 10));
        const file = ingestLines(engine, lines.slice(10));
        await Promise.all([before, suppress(id), accept(...lines.slice(5, 15)), file]);
        expect(await find(id)).toBeUndefined();
      }
    });
  });
}
