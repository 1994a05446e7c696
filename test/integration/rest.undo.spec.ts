import { ENGINES, itOnce } from '../support/engine.js';
import { giveToken } from '../support/credentials.js';
import { expectAgreement } from '../support/agreement.js';
import { attributes, event, ingestLines, TIME } from '../support/messages.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

interface Entry {
  readonly id: number;
  readonly action: string;
  readonly bulk_edit?: number;
  readonly changes: readonly { readonly name: string; readonly from?: unknown; readonly to?: unknown }[];
}

interface Customer {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: Readonly<Record<string, number>>;
  readonly last_updated: number;
}

interface BulkEnd {
  readonly id: number;
  readonly done: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly errors: readonly { readonly id: unknown; readonly code: string }[];
}

describe.each(ENGINES)('undo on %s', (name, open) => {
  const once = itOnce(name);
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
  });
  afterEach(async () => {
    await expectAgreement(app.engine);
    await app.close();
  });

  const pathOf = (id: string): string => `/customers/${encodeURIComponent(id)}`;
  const customer = async (id: string): Promise<Customer> =>
    (await app.get(pathOf(id))).json<{ customer: Customer }>().customer;
  const valuesOf = async (id: string): Promise<unknown> => (await customer(id)).attributes;
  const history = async (id: string): Promise<readonly Entry[]> =>
    (await app.get(`${pathOf(id)}/history`)).json<{ history: Entry[] }>().history;
  const patch = (id: string, values: object): Promise<Answer> =>
    app.patch(pathOf(id), { customer: { attributes: values } });
  const undo = (id: string, entry: number | string, headers = {}): Promise<Answer> =>
    app.post(`${pathOf(id)}/history/${entry}/undo`, undefined, headers);
  const remove = (id: string): Promise<Answer> => app.inject({ method: 'DELETE', url: pathOf(id) });
  const endOf = ({ body }: Answer): BulkEnd => JSON.parse(body.trim().split('\n').at(-1) ?? '') as BulkEnd;
  const bulk = async (selection: object, action: object): Promise<BulkEnd> =>
    endOf(await app.post('/bulk-edits', { selection, action }));
  const undoBulk = (id: number | string): Promise<Answer> => app.post(`/bulk-edits/${id}/undo`, undefined);

  describe('of an edit', () => {
    it.each(['1', 'é/1'])('puts back every value of customer %s as it was, and is an edit itself', async (id) => {
      const line = '{"id":"m","type":"attributes","user_id":' + JSON.stringify(id) + ',"timestamp":1500000000,"data":';
      await ingestLines(app.engine, [`${line}{"n":1.0,"plan":"free","list":[1,{"a":null}],"gone":"x"}}`]);
      const before = (await app.get(pathOf(id))).body;
      await patch(id, { n: 2, plan: 'pro', list: null, added: 'y' });
      const edited = await valuesOf(id);
      const [{ id: entry }] = await history(id);
      const from = Math.floor(Date.now() / 1000);
      const answer = await undo(id, entry);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers.etag).toBe((await app.get(pathOf(id))).headers.etag);
      const [beforeAttributes] = /"attributes":\{.*?\},"events"/.exec(before) ?? [];
      expect(answer.body).toContain(beforeAttributes);
      expect((await customer(id)).last_updated).toBeGreaterThanOrEqual(from);
      const [undone, ...others] = await history(id);
      expect(undone).toMatchObject({
        action: 'updated',
        changes: [
          { name: 'added', from: 'y' },
          { name: 'list', to: [1, { a: null }] },
          { name: 'n', from: 2, to: 1 },
          { name: 'plan', from: 'pro', to: 'free' },
        ],
      });
      expect(others).toHaveLength(1);
      expect((await undo(id, undone.id)).statusCode).toBe(200);
      expect(await valuesOf(id)).toEqual(edited);
    });

    it('takes an email and a created_at away again', async () => {
      await ingestLines(app.engine, [event()]);
      await patch('1', { email: 'a@b', created_at: 1_500_000_000 });
      expect((await undo('1', 1)).statusCode).toBe(200);
      expect(await valuesOf('1')).toEqual({});
    });

    it('wins over older messages, and loses to newer ones', async () => {
      await ingestLines(app.engine, [attributes({ plan: 'free' })]);
      await patch('1', { plan: 'pro' });
      await undo('1', 1);
      await ingestLines(app.engine, [attributes({ plan: 'old' }, { timestamp: TIME + 1 })]);
      expect(await valuesOf('1')).toEqual({ plan: 'free' });
      const soon = Math.floor(Date.now() / 1000) + 60;
      await ingestLines(app.engine, [attributes({ plan: 'new' }, { timestamp: soon })]);
      expect(await valuesOf('1')).toEqual({ plan: 'new' });
    });

    it('changes nothing if an attribute was changed since, and names it', async () => {
      await ingestLines(app.engine, [attributes({ plan: 'free', city: 'Rom' })]);
      await patch('1', { plan: 'pro', city: 'Ulm', n: 1 });
      await patch('1', { city: 'Bonn', n: null });
      const before = (await app.get('/customers/1')).body;
      const answer = await undo('1', 1);
      expect(answer.json()).toMatchObject({
        statusCode: 409,
        code: 'customer_changed',
        details: [{ field: 'attributes.city' }, { field: 'attributes.n' }],
      });
      expect((await app.get('/customers/1')).body).toBe(before);
      expect(await history('1')).toHaveLength(2);
      // The later edit can be undone, and then the earlier one.
      expect((await undo('1', 2)).statusCode).toBe(200);
      expect((await undo('1', 1)).statusCode).toBe(200);
      expect((await undo('1', 1)).json()).toMatchObject({ statusCode: 409, code: 'customer_changed' });
    });

    it('undoes an overwriting', async () => {
      await ingestLines(app.engine, [attributes({ email: 'a@b', created_at: 1_500_000_000, plan: 'pro' }), event()]);
      await app.post('/customers', { customer: { id: 1, attributes: { email: 'c@d' } } });
      expect((await undo('1', 1)).statusCode).toBe(200);
      expect(await customer('1')).toMatchObject({
        attributes: { created_at: 1_500_000_000, email: 'a@b', plan: 'pro' },
        events: { page: 1 },
      });
    });

    it('obeys If-Match', async () => {
      await ingestLines(app.engine, [attributes({ plan: 'free' })]);
      const old = (await app.get('/customers/1')).headers.etag;
      const { etag } = (await patch('1', { plan: 'pro' })).headers;
      expect((await undo('1', 1, { 'if-match': old })).json()).toMatchObject({
        statusCode: 412,
        code: 'customer_changed',
      });
      expect((await undo('1', 1, { 'if-match': etag })).statusCode).toBe(200);
    });

    it('is asked of an entry that is there', async () => {
      await ingestLines(app.engine, [attributes({ plan: 'free' })]);
      await patch('1', { plan: 'pro' });
      for (const entry of ['2', '0', 'x', '-1']) {
        expect((await undo('1', entry)).json()).toMatchObject({ statusCode: 404, code: 'entry_not_found' });
      }
      expect((await undo('nobody', 1)).json()).toMatchObject({ statusCode: 404, code: 'customer_not_found' });
      const { entries } = (await app.get('/customers/1/timeline')).json<{ entries: { entry: string }[] }>();
      expect((await undo('1', entries[1].entry)).json()).toMatchObject({ statusCode: 400, code: 'invalid_request' });
      expect((await undo('1', entries[0].entry)).statusCode).toBe(200);
    });

    it('does not reach into the life before a deletion', async () => {
      await ingestLines(app.engine, [attributes({ plan: 'free' })]);
      await patch('1', { plan: 'pro' });
      await remove('1');
      expect((await undo('1', 1)).json()).toMatchObject({ statusCode: 404, code: 'customer_not_found' });
      await app.post('/customers', { customer: { id: 1, attributes: { email: 'a@b', plan: 'pro' } } });
      expect((await undo('1', 1)).json()).toMatchObject({ statusCode: 404, code: 'entry_not_found' });
    });

    it('of one of two at the same time is done, and the other refused', async () => {
      await ingestLines(app.engine, [attributes({ plan: 'free' })]);
      await patch('1', { plan: 'pro' });
      const answers = await Promise.all([undo('1', 1), undo('1', 1), patch('1', { city: 'Rom' })]);
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 409]);
      expect(await valuesOf('1')).toEqual({ city: 'Rom', plan: 'free' });
    });
  });

  describe('of a creation and a deletion', () => {
    const create = (id: string): Promise<Answer> =>
      app.post('/customers', { customer: { id, attributes: { email: 'a@b', created_at: 1_500_000_000 } } });

    it('moves a created customer into the trash, and takes that back', async () => {
      await create('new');
      const before = (await app.get('/customers/new')).body;
      const answer = await undo('new', 1);
      expect([answer.statusCode, answer.body]).toEqual([200, '{}']);
      expect((await app.get('/customers/new')).statusCode).toBe(404);
      expect((await app.get('/trash/new')).statusCode).toBe(200);
      const back = await undo('new', 2);
      expect([back.statusCode, back.body]).toEqual([200, before]);
      expect((await undo('new', 3)).body).toBe('{}');
      const audit = await app.engine.access.audit({ limit: 10 });
      expect(audit.map(({ action }) => action)).toEqual(['customer.deleted', 'customer.restored', 'customer.deleted']);
    });

    it('keeps a created customer that has got something since', async () => {
      await create('new');
      await ingestLines(app.engine, [event({ user_id: 'new', timestamp: TIME })]);
      expect((await undo('new', 1)).json()).toMatchObject({ statusCode: 409, code: 'customer_changed' });
      await create('other');
      await ingestLines(app.engine, [attributes({ plan: 'pro' }, { user_id: 'other' })]);
      expect((await undo('other', 1)).json()).toMatchObject({
        statusCode: 409,
        details: [{ field: 'attributes.plan' }],
      });
    });

    it('restores a deleted customer once, by its last deletion', async () => {
      await ingestLines(app.engine, [attributes({ email: 'a@b' }), event()]);
      const before = (await app.get('/customers/1')).body;
      await remove('1');
      const answer = await undo('1', 1);
      expect([answer.statusCode, answer.body]).toEqual([200, before]);
      expect((await undo('1', 1)).json()).toMatchObject({ statusCode: 409, code: 'nothing_to_undo' });
    });

    it('of a customer that is not in the trash any more says so', async () => {
      await ingestLines(app.engine, [event()]);
      const soon = await startRestApp(app.engine, { config: { trashDays: 0 } });
      await soon.inject({ method: 'DELETE', url: '/customers/1' });
      const answer = await soon.post('/customers/1/history/1/undo', undefined);
      expect(answer.json()).toMatchObject({ statusCode: 404, code: 'not_in_trash' });
    });

    it('needs the permission to delete', async () => {
      await create('new');
      await ingestLines(app.engine, [attributes({ plan: 'free' })]);
      await patch('1', { plan: 'pro' });
      const token = await giveToken(app.engine.access, ['write']);
      expect((await undo('new', 1, token)).json()).toMatchObject({ statusCode: 403, code: 'forbidden' });
      expect((await undo('1', 1, token)).statusCode).toBe(200);
    });
  });

  describe('of a bulk edit', () => {
    const ids = ['1', '2', '3', 'é'];
    beforeEach(() =>
      ingestLines(
        app.engine,
        ids.flatMap((id, at) => [attributes({ plan: `p${at}`, n: at }, { user_id: id }), event({ user_id: id })]),
      ),
    );

    it('puts back each customer but those that were changed since, and only once', async () => {
      const { id, changed } = await bulk({ filters: [] }, { set: { name: 'plan', value: 'x' } });
      expect(changed).toBe(4);
      expect((await history('2'))[0]).toMatchObject({ bulk_edit: id });
      const { entries } = (await app.get('/customers/2/timeline')).json<{ entries: unknown[] }>();
      expect(entries[0]).toMatchObject({ kind: 'edit', bulk_edit: id });
      await patch('2', { plan: 'y' });
      await remove('3');
      const end = endOf(await undoBulk(id));
      expect(end).toMatchObject({ finished: true, done: 4, changed: 2, unchanged: 0, failed: 2 });
      expect(end.errors.map(({ id: one, code }) => [one, code]).sort()).toEqual([
        [2, 'customer_changed'],
        [3, 'customer_not_found'],
      ]);
      expect(await valuesOf('1')).toEqual({ n: 0, plan: 'p0' });
      expect(await valuesOf('2')).toEqual({ n: 1, plan: 'y' });
      expect(await valuesOf('é')).toEqual({ n: 3, plan: 'p3' });
      expect(endOf(await undoBulk(id))).toMatchObject({ done: 4, changed: 0, unchanged: 2, failed: 2 });
      // An undo is a bulk edit itself.
      expect(endOf(await undoBulk(end.id))).toMatchObject({ done: 2, changed: 2 });
      expect(await valuesOf('1')).toEqual({ n: 0, plan: 'x' });
      const audit = await app.engine.access.audit({ limit: 10, action: 'bulk-edit' });
      expect(audit.map(({ details }) => details)).toMatchObject([
        { does: 'undo', undoes: end.id },
        { does: 'undo', undoes: id, bulk_edit: end.id },
        { does: 'set', name: 'plan', bulk_edit: id },
      ]);
    });

    it('restores what was deleted, and takes that back', async () => {
      const before = (await app.get('/customers')).body;
      const { id } = await bulk({ filters: [] }, { delete: true });
      await app.post('/trash/2/restore', undefined);
      await app.post('/customers', { customer: { id: 3, attributes: { email: 'a@b' } } });
      const end = endOf(await undoBulk(id));
      expect(end).toMatchObject({ done: 4, changed: 2, unchanged: 1, failed: 1 });
      expect(end.errors).toMatchObject([{ id: 3, code: 'customer_changed' }]);
      await remove('3');
      await app.post('/trash/3/restore', undefined);
      expect((await app.get('/customers?filter=attribute:email:not_exists')).json()).toMatchObject({
        customers: (JSON.parse(before) as { customers: { id: unknown }[] }).customers.filter(
          ({ id: one }) => one !== 3,
        ),
      });
      expect(endOf(await undoBulk(id))).toMatchObject({ changed: 0, unchanged: 4, failed: 0 });
      expect(endOf(await undoBulk(end.id))).toMatchObject({ done: 2, changed: 2 });
      expect(endOf(await undoBulk(end.id))).toMatchObject({ done: 2, changed: 0, unchanged: 2 });
      expect((await app.get('/customers/1')).statusCode).toBe(404);
    });

    it('is asked of one that changed a customer, and of a caller that may', async () => {
      for (const id of [1, 'x', 0]) {
        expect((await undoBulk(id)).json()).toMatchObject({ statusCode: 404, code: 'bulk_edit_not_found' });
      }
      const { id } = await bulk({ ids: ['1'] }, { delete: true });
      const headers = await giveToken(app.engine.access, ['write']);
      const answer = await app.post(`/bulk-edits/${id}/undo`, undefined, headers);
      expect(answer.json()).toMatchObject({ statusCode: 403, code: 'forbidden' });
    });

    it('of many customers goes on in turns', async () => {
      const many = Array.from({ length: 450 }, (_, at) => `m${at}`);
      await ingestLines(
        app.engine,
        many.map((id) => attributes({ plan: id }, { user_id: id })),
      );
      const { id } = await bulk({ ids: many }, { remove: 'plan' });
      const answer = await undoBulk(id);
      expect(answer.body.trim().split('\n')).toHaveLength(4);
      expect(endOf(answer)).toMatchObject({ done: 450, changed: 450, failed: 0 });
      expect(await valuesOf('m449')).toEqual({ plan: 'm449' });
    });

    it('of a renaming gives values their name back', async () => {
      await patch('2', { tariff: 'own' });
      const { id, ...end } = await bulk({ filters: [] }, { rename: { from: 'plan', to: 'tariff' } });
      expect(end).toMatchObject({ done: 4, changed: 3, unchanged: 0, failed: 1 });
      expect(end.errors).toMatchObject([{ id: 2, code: 'attribute_exists' }]);
      expect(await valuesOf('1')).toEqual({ n: 0, tariff: 'p0' });
      // The value has its time: a newer message wins.
      await ingestLines(app.engine, [attributes({ tariff: 'new' }, { user_id: '3', timestamp: TIME + 1 })]);
      expect(await valuesOf('3')).toEqual({ n: 2, tariff: 'new' });
      expect(endOf(await undoBulk(id))).toMatchObject({ changed: 2, failed: 1 });
      expect(await valuesOf('1')).toEqual({ n: 0, plan: 'p0' });
    });

    it('takes away the label that it put on, or puts back the one that it took away, but of no customer that has it otherwise', async () => {
      const labelsOf = async (id: string): Promise<unknown> =>
        (await app.get(`${pathOf(id)}/labels`)).json<{ labels?: unknown }>().labels;
      const all = (): Promise<unknown[]> => Promise.all(ids.map(labelsOf));
      await app.inject({ method: 'PUT', url: '/customers/2/labels/vip' });
      const before = (await app.get('/customers/1')).body;
      const { id, changed } = await bulk({ filters: [] }, { add_label: 'vip' });
      expect(changed).toBe(3);
      await app.inject({ method: 'DELETE', url: '/customers/1/labels/vip' });
      await remove('3');
      const end = endOf(await undoBulk(id));
      expect(end).toMatchObject({ finished: true, done: 3, changed: 1, unchanged: 1, failed: 1 });
      expect(end.errors).toMatchObject([{ id: 3, code: 'customer_not_found' }]);
      expect(await all()).toEqual([[], ['vip'], undefined, []]);
      expect(endOf(await undoBulk(id))).toMatchObject({ changed: 0, unchanged: 2, failed: 1 });
      // An undo is a bulk edit itself.
      expect(endOf(await undoBulk(end.id))).toMatchObject({ done: 1, changed: 1 });
      expect(await all()).toEqual([[], ['vip'], undefined, ['vip']]);
      const taken = await bulk({ filters: [] }, { remove_label: 'vip' });
      expect(taken.changed).toBe(2);
      expect(endOf(await undoBulk(taken.id))).toMatchObject({ changed: 2 });
      expect(await all()).toEqual([[], ['vip'], undefined, ['vip']]);
      // Labels leave the record as it is.
      expect((await app.get('/customers/1')).body).toBe(before);
      const made = await app.post('/customers', { customer: { id: '3', attributes: { email: 'a@b' } } });
      expect(made.statusCode).toBe(201);
      expect(endOf(await undoBulk(id)).errors).toMatchObject([{ id: 3, code: 'customer_changed' }]);
      const { label_edits: kept } = (await app.get('/customers/3/everything')).json<{ label_edits: unknown[] }>();
      expect(kept).toMatchObject([{ bulk_edit: id, label: 'vip', is_added: true }]);
    });

    it('of a label goes over every page of its customers', async () => {
      const many = Array.from({ length: 450 }, (_, at) => `many ${at}`);
      await ingestLines(
        app.engine,
        many.map((one) => attributes({ plan: 'p' }, { user_id: one })),
      );
      const { id } = await bulk({ ids: many }, { add_label: 'new' });
      expect(endOf(await undoBulk(id))).toMatchObject({ finished: true, done: 450, changed: 450 });
      expect((await app.get('/labels')).json()).toEqual({ labels: [] });
    });

    once.each([
      [{ rename: { from: 'plan', to: 'plan' } }],
      [{ rename: { from: 'plan', to: '' } }],
      [{ rename: { from: 'id', to: 'x' } }],
      [{ rename: { from: 'plan' } }],
      [{ rename: { from: 'plan', to: 'x' }, remove: 'plan' }],
    ])('refuses %j', async (action) => {
      const answer = await app.post('/bulk-edits', { selection: { filters: [] }, action });
      expect(answer.json()).toMatchObject({ statusCode: 400, code: 'invalid_request' });
    });
  });
});
