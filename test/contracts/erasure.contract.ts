import { NOWHERE, type AuditAction, type AuditDraft, type Author } from '../../server/domain/access/audit.js';
import { API_CLIENT, WEB_ADMIN } from '../../server/domain/actor.js';
import type { CustomerState } from '../../server/domain/customer/customer.js';
import { deleteCustomer, overwriteAttributes, patchAttributes } from '../../server/domain/customer/edit.js';
import { addLabel } from '../../server/domain/customer/labels.js';
import type { SourceOfCustomer } from '../../server/domain/customer/erasure.js';
import type { EditNote } from '../../server/domain/customer/history.js';
import { jsonOfReject } from '../../server/domain/ingestion/reject.js';
import { DEFAULT_SOURCE } from '../../server/domain/sources/source.js';
import { allEntries } from '../support/access.js';
import { expectAgreement } from '../support/agreement.js';
import type { Cases, Engine } from '../support/engine.js';
import { attributes, event, ingestLines, shown, TIME, UPDATED } from '../support/messages.js';
import { tablesWith } from '../support/traces.js';
import { until } from '../support/until.js';
import { liveMessages } from './live-messages.contract.js';

const AUTHOR: Author = { kind: 'user', id: 7, name: 'anna@example.com' };
/** In everything that is unique to the erased customer. */
const MARK = 'Xq7Zv';
/** Ids of both kinds: numbers and texts. */
const IDS = ['907070711', `${MARK} é`] as const;
const DAY_S = 86_400;

const draft = (action: AuditAction, target: string): AuditDraft => {
  return { author: AUTHOR, origin: NOWHERE, action, target, details: {} };
};
const noteOf = (action: AuditAction, target: string): EditNote => {
  return { actor: { ...API_CLIENT, author: AUTHOR }, action: 'updated', audit: draft(action, target) };
};

/** Tests how the repository of an engine erases customers. */
export function describeErasure(name: string, open: () => Promise<Engine>, cases: Cases): void {
  describe(`erasure on ${name}`, () => {
    let engine: Engine;
    const erase = (id: string): Promise<readonly SourceOfCustomer[] | undefined> =>
      engine.customers.erase(id, { audit: draft('customer.erased', id) });
    const find = async (id: string): Promise<unknown> => shown(await engine.customers.get(id));
    const accept = async (...lines: string[]): Promise<readonly string[]> =>
      engine.customers.accept(await liveMessages(engine, lines));
    const remove = (id: string, time = Date.now()): Promise<unknown> =>
      engine.customers.change(id, (state) => deleteCustomer(state, time), noteOf('customer.deleted', id));
    const finish = (): Promise<void> => until(async () => (await engine.finishErasures?.()) ?? true);
    const rejects = async (ingestion: number): Promise<string> => {
      let text = '';
      for await (const reject of engine.ingestions.rejects(ingestion))
        text += Buffer.from(jsonOfReject(reject)[0]).toString();
      return text;
    };
    /** The messages of a customer with a mark in all that is kept. */
    const marked = (id: string): string[] => [
      event({ user_id: id, id: `${MARK}-1`, name: `${MARK} page` }),
      attributes({ email: `${MARK}@example.com`, [`${MARK} plan`]: `${MARK} pro` }, { user_id: id, id: `${MARK}-2` }),
      attributes({ email: `${MARK}2@example.com` }, { user_id: id, id: `${MARK}-3`, timestamp: TIME + 1 }),
    ];

    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => expectAgreement(engine).finally(() => engine.close()));

    it.each(IDS)('leaves nothing of customer %s but the time up to which its messages are ignored', async (id) => {
      const other = [event({ user_id: '1' }), attributes({ plan: 'pro' }, { user_id: 'other' })];
      const bad = [
        JSON.stringify({ id: `${MARK}-4`, type: 'event', user_id: id, name: MARK, timestamp: 'never' }),
        `{"id":"${MARK}-5","type":"event","user_id":${JSON.stringify(id)},"name":"${MARK}"`,
        `{"id":"6","type":"nothing","user_id":"other"}`,
      ];
      await ingestLines(engine, [...other, ...marked(id), ...bad]);
      const values = [{ name: 'note', value: `"${MARK} by hand"` }];
      await engine.customers.change(id, (state) => patchAttributes(state, values, Date.now()), UPDATED);
      const label = (state: CustomerState): void => addLabel(state, `${MARK} label`);
      const note = { at: 1, author: undefined, text: `${MARK} note` };
      await engine.customers.change(id, label, UPDATED);
      await engine.notes.add(id, { ...note, id: 1 });
      await remove(id);
      await accept(event({ user_id: id, timestamp: Date.now() / 1000 + 60, id: `${MARK}-7`, name: `${MARK} back` }));
      await engine.customers.change(id, (state) => patchAttributes(state, values, Date.now()), UPDATED);
      await engine.customers.change(id, label, UPDATED);
      await engine.notes.add(id, { ...note, id: 2 });
      const reject = { reason: 'invalid_id', field: 'messageId', message: 'No.' };
      const call = { source: DEFAULT_SOURCE, arrival: Date.now(), text: () => MARK };
      await engine.customers.accept([], [{ ...call, outcome: 'rejected', reject, userId: id }]);
      const before = await engine.customers.page(0, 10);
      expect(before.total).toBe(3);

      const sources = await erase(id);
      expect(sources).toEqual([
        { kind: 'ingestion', id: 1, name: 'test' },
        { kind: 'source', id: DEFAULT_SOURCE, name: 'default' },
      ]);
      await finish();

      expect(await find(id)).toBeUndefined();
      expect((await engine.customers.page(0, 10)).total).toBe(2);
      expect(await engine.trash.get(id)).toBeUndefined();
      expect((await engine.history.page(id, undefined, 10)).entries).toEqual([]);
      expect(await engine.sources.rejects(DEFAULT_SOURCE, 10)).toEqual([]);
      expect(await engine.overview.labels()).toEqual([]);
      expect(await rejects(1)).toMatch(/^{"line":8,/);
      const audit = await allEntries(engine.access);
      expect(audit.map(({ action, target }) => [action, target])).toEqual([
        ['customer.deleted', undefined],
        ['customer.erased', undefined],
      ]);
      expect(await tablesWith(engine, MARK)).toEqual([]);
      expect(await tablesWith(engine, id)).toEqual([]);
    });

    it.each(IDS)('leaves out old messages of customer %s, and lets a later one make it anew', async (id) => {
      const old = [...marked(id), event({ user_id: '1' })];
      await ingestLines(engine, old);
      await erase(id);
      const report = await ingestLines(engine, old);
      expect(report).toMatchObject({ stale: 3, duplicates: 1, events: 0, attributes: 0, customers: 0 });
      expect(await accept(event({ user_id: id }), attributes({ a: 1 }, { user_id: id }))).toEqual(['stale', 'stale']);
      expect(await find(id)).toBeUndefined();
      await finish();
      expect(await tablesWith(engine, id)).toEqual([]);

      const later = Date.now() / 1000 + 60;
      const next = [event({ user_id: id, timestamp: later }), attributes({ b: 2 }, { user_id: id, timestamp: later })];
      expect(await ingestLines(engine, [...old, ...next])).toMatchObject({ stale: 3, events: 1, attributes: 1 });
      expect(await find(id)).toMatchObject({ attributes: { b: 2 }, events: { page: 1 } });
      expect(await ingestLines(engine, old)).toMatchObject({ stale: 3, duplicates: 1 });
      expect(await accept(event({ user_id: id }))).toEqual(['stale']);
      expect(await find(id)).toMatchObject({ attributes: { b: 2 }, events: { page: 1 } });
    });

    it('leaves out old messages of many customers that come with many others', async () => {
      const ids = Array.from({ length: 300 }, (_, at) => [`7${at}`, `many ${at}`]).flat();
      const old = ids.flatMap((id) => [event({ user_id: id }), attributes({ n: 1 }, { user_id: id })]);
      await ingestLines(engine, old);
      const gone = ids.filter((_, at) => at % 29 === 0);
      for (const id of gone) await erase(id);
      const others = Array.from({ length: 100 }, (_, at) => event({ user_id: `7000${at}` }));
      const report = await ingestLines(engine, [...old, ...others]);
      expect(report).toMatchObject({ stale: gone.length * 2, events: 100, attributes: 0 });
      expect((await engine.customers.page(0, 1)).total).toBe(ids.length - gone.length + 100);
    });

    it.each(IDS)('ignores messages up to the newest of customer %s, if that is later than now', async (id) => {
      const newest = Math.floor(Date.now() / 1000) + DAY_S - 60;
      await ingestLines(engine, [event({ user_id: id, timestamp: newest })]);
      await erase(id);
      const lines = [newest, newest + 1].map((timestamp) => event({ user_id: id, timestamp }));
      expect(await accept(...lines)).toEqual(['stale', 'accepted']);
    });

    if (cases === 'ingesting') return;

    it('lets an edit make the customer anew, whose old messages stay stale', async () => {
      const old = marked(IDS[1]);
      await ingestLines(engine, old);
      await erase(IDS[1]);
      const values = [{ name: 'email', value: '"new@example.com"' }];
      await engine.customers.change(IDS[1], (state) => overwriteAttributes(state, values, Date.now()), UPDATED);
      expect(await ingestLines(engine, old)).toMatchObject({ stale: 3 });
      expect(await find(IDS[1])).toMatchObject({ attributes: { email: 'new@example.com' }, events: {} });
      await remove(IDS[1]);
      await erase(IDS[1]);
      expect(await ingestLines(engine, old)).toMatchObject({ stale: 3 });
      expect(await find(IDS[1])).toBeUndefined();
    });

    it.each(IDS)('keeps nothing of customer %s that nobody knows, and says so', async (id) => {
      await expect(erase(id)).rejects.toMatchObject({ code: 'customer_not_found' });
      expect(await tablesWith(engine, id)).toEqual([]);
      await ingestLines(engine, [event({ user_id: id })]);
      await erase(id);
      await expect(erase(id)).rejects.toMatchObject({ code: 'customer_not_found' });
      expect(await allEntries(engine.access)).toHaveLength(1);
    });

    it('erases a customer in the trash, a suppressed one, and one of which only a reject is kept', async () => {
      await ingestLines(engine, [event({ user_id: 'trashed' }), '{"id":"1","type":"event","user_id":"bad"}']);
      await remove('trashed');
      await engine.customers.change('hushed', (state) => void (state.suppressedAt = 5), UPDATED);
      for (const id of ['trashed', 'hushed', 'bad']) {
        await erase(id);
        await expect(erase(id)).rejects.toMatchObject({ code: 'customer_not_found' });
      }
      expect(await engine.trash.page(10)).toEqual([]);
      expect(await accept(event({ user_id: 'hushed', timestamp: Date.now() / 1000 + 60 }))).toEqual(['accepted']);
    });

    it('changes nothing when its check refuses', async () => {
      await ingestLines(engine, [event()]);
      const check = (current: unknown): void => {
        expect(shown(current as never)).toMatchObject({ id: '1' });
        throw new Error('not now');
      };
      const refused = engine.customers.erase('1', { audit: draft('customer.erased', '1'), check });
      await expect(refused).rejects.toThrow('not now');
      expect(await find('1')).toMatchObject({ events: { page: 1 } });
    });

    it('erases what was deleted before a time, and takes a customer that is there out of the trash only', async () => {
      await ingestLines(engine, [event(), event({ user_id: '2' }), event({ user_id: '3' })]);
      await remove('1', (TIME + 10) * 1000);
      await remove('2', (TIME + 11) * 1000);
      await remove('3', (TIME + 5) * 1000);
      await accept(event({ user_id: '3', timestamp: TIME + 20 }));
      const time = (TIME + 11) * 1000;
      expect(await engine.trash.deletedBefore(time, 10)).toEqual(['3', '1']);
      expect(await engine.trash.deletedBefore(time, 1)).toEqual(['3']);
      for (const id of ['1', '2', '3'])
        await engine.customers.erase(id, { audit: draft('customer.erased', id), trashedBefore: time });
      expect((await engine.trash.page(10)).map(({ stored }) => stored.id)).toEqual(['2']);
      expect(await find('3')).toMatchObject({ events: { page: 1 } });
      expect(await accept(event({ timestamp: TIME + 30 }))).toEqual(['stale']);
      expect(await accept(event({ user_id: '3', timestamp: TIME + 4 }))).toEqual(['stale']);
    });

    it('keeps the audit as a chain', async () => {
      await ingestLines(engine, [event(), event({ user_id: '2' })]);
      await remove('1');
      await remove('2');
      await erase('1');
      const entries = await allEntries(engine.access);
      expect(entries.map(({ target }) => target)).toEqual([undefined, '2', undefined]);
      expect(entries[2]).toMatchObject({ action: 'customer.erased', author: AUTHOR });
      await engine.access.record(draft('customer.deleted', '3'), Date.now());
    });

    it('erases customers while messages of them come, each either before or after', async () => {
      if (!engine.again) return;
      const other = await engine.again();
      try {
        const ids = Array.from({ length: 40 }, (_, at) => [`8${at}`, `at once ${at}`]).flat();
        const old = ids.map((id) => event({ user_id: id }));
        await ingestLines(engine, old);
        const audit = draft('customer.erased', '');
        const erased = ids.map((id) => other.customers.erase(id, { audit: { ...audit, target: id } }));
        const live = old.map((line) => accept(line));
        const again = ingestLines(engine, old);
        const outcomes = await Promise.all(live);
        const report = await again;
        await Promise.all(erased);
        expect(report.stale + report.duplicates).toBe(ids.length);
        for (const [outcome] of outcomes) expect(['stale', 'duplicate']).toContain(outcome);
        expect((await engine.customers.page(0, 10)).total).toBe(0);
      } finally {
        await other.close();
      }
    });

    it('takes an administrator for the author of the entry', async () => {
      await ingestLines(engine, [event()]);
      const { author, origin } = WEB_ADMIN;
      await engine.customers.erase('1', { audit: { ...draft('customer.erased', '1'), author, origin } });
      expect(await allEntries(engine.access)).toMatchObject([{ action: 'customer.erased', author }]);
    });
  });
}
