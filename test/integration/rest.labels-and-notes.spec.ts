import { giveToken, makeUser, signIn } from '../support/credentials.js';
import { expectAgreement } from '../support/agreement.js';
import { ENGINES, itOnce } from '../support/engine.js';
import { attributes, event, ingestLines, TIME } from '../support/messages.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

interface NoteView {
  readonly id: number;
  readonly at: string;
  readonly by?: { readonly name: string };
  readonly edited_at?: string;
  readonly edited_by?: { readonly name: string };
  readonly text: string;
}

describe.each(ENGINES)('labels and notes on %s', (name, open) => {
  const once = itOnce(name);
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
    await ingestLines(app.engine, [
      attributes({ email: 'a@b', plan: 'pro' }),
      event(),
      ...['2', 'é/1'].map((id) => event({ user_id: id })),
    ]);
  });
  afterEach(async () => {
    await expectAgreement(app.engine);
    await app.close();
  });

  const pathOf = (id: string): string => `/customers/${encodeURIComponent(id)}`;
  const remove = (url: string): Promise<Answer> => app.inject({ method: 'DELETE', url });
  const label = (id: string, name: string): Promise<Answer> =>
    app.inject({ method: 'PUT', url: `${pathOf(id)}/labels/${encodeURIComponent(name)}` });
  const unlabel = (id: string, name: string): Promise<Answer> =>
    remove(`${pathOf(id)}/labels/${encodeURIComponent(name)}`);
  const labelsOf = async (id: string): Promise<unknown> => (await app.get(`${pathOf(id)}/labels`)).json();
  const counts = async (query = ''): Promise<unknown> => (await app.get(`/labels${query}`)).json();
  const found = async (...filters: string[]): Promise<unknown> => {
    const query = filters.map((one) => `filter=${encodeURIComponent(one)}`).join('&');
    const { customers, meta } = (await app.get(`/customers?${query}`)).json<{
      customers: { id: unknown }[];
      meta: { total: number };
    }>();
    expect(meta.total).toBe(customers.length);
    return customers.map(({ id }) => id);
  };
  const note = (id: string, text: string, headers = {}): Promise<Answer> =>
    app.post(`${pathOf(id)}/notes`, { note: { text } }, headers);
  const notesOf = async (id: string, query = ''): Promise<{ notes: NoteView[]; meta: { next?: string } }> =>
    (await app.get(`${pathOf(id)}/notes${query}`)).json();
  const textsOf = async (id: string): Promise<string[]> => (await notesOf(id)).notes.map(({ text }) => text);

  describe('labels', () => {
    it('are put on a customer and taken away, and leave its record as it is', async () => {
      const before = await app.get('/customers/1');
      expect(await labelsOf('1')).toEqual({ labels: [] });
      for (const name of ['vip', '😀 %_"\\/', 'VIP']) expect((await label('1', name)).statusCode).toBe(200);
      expect((await label('1', 'VIP')).json()).toEqual({ labels: ['VIP', 'vip', '😀 %_"\\/'] });
      const after = await app.get('/customers/1');
      expect([after.body, after.headers.etag]).toEqual([before.body, before.headers.etag]);
      expect((await app.get('/customers/1/history')).json()).toMatchObject({ history: [] });
      expect((await unlabel('1', 'vip')).json()).toEqual({ labels: ['VIP', '😀 %_"\\/'] });
      expect((await unlabel('1', 'vip')).statusCode).toBe(200);
      expect(await labelsOf('1')).toEqual({ labels: ['VIP', '😀 %_"\\/'] });
    });

    it('stay through edits and messages', async () => {
      await label('1', 'VIP');
      await app.patch('/customers/1', { customer: { attributes: { plan: 'free' } } });
      await ingestLines(app.engine, [attributes({ city: 'Rom' }), event({ user_id: '1', timestamp: TIME + 7 })]);
      await app.post('/customers', { customer: { id: 1, attributes: { email: 'c@d' } } });
      expect(await labelsOf('1')).toEqual({ labels: ['VIP'] });
      await app.post('/customers/1/history/1/undo', undefined);
      expect(await labelsOf('1')).toEqual({ labels: ['VIP'] });
    });

    once.each(['', ' x', 'x ', '.', '..', 'a\nb', 'a\u0000b', 'a\u0085', 'é'.repeat(51)])(
      'cannot be %j',
      async (name) => {
        const answer = await label('1', name);
        expect([400, 404]).toContain(answer.statusCode);
        expect(await labelsOf('1')).toEqual({ labels: [] });
      },
    );

    it('are at most a hundred on a customer', async () => {
      const ids = Array.from({ length: 100 }, (_, at) => `l${at}`);
      for (const name of ids) await label('1', name);
      expect((await label('1', 'one more')).json()).toMatchObject({ statusCode: 409, code: 'too_many_labels' });
      expect((await label('1', 'l7')).statusCode).toBe(200);
      expect((await label('1', 'é'.repeat(50))).statusCode).toBe(409);
      expect((await label('2', 'é'.repeat(50))).statusCode).toBe(200);
    });

    it('are counted and found exactly', async () => {
      await label('1', 'VIP');
      await label('é/1', 'VIP');
      await label('é/1', 'beta');
      await label('2', 'vip');
      expect(await counts()).toEqual({
        labels: [
          { name: 'VIP', customers: 2 },
          { name: 'beta', customers: 1 },
          { name: 'vip', customers: 1 },
        ],
      });
      expect(await counts('?search=VIP&limit=1')).toEqual({ labels: [{ name: 'VIP', customers: 2 }] });
      expect(await found('label:is:VIP')).toEqual([1, 'é/1']);
      expect(await found('label:is_not:VIP')).toEqual([2]);
      expect(await found('label:is_any_of:beta:vip')).toEqual([2, 'é/1']);
      expect(await found('label:is:VIP', 'label:is:beta')).toEqual(['é/1']);
      expect(await found('label:is:nobody')).toEqual([]);
      const where = JSON.stringify({ any: ['label:is:vip', 'attribute:plan:is:pro'] });
      expect((await app.get(`/customers?where=${encodeURIComponent(where)}`)).json()).toMatchObject({
        customers: [{ id: 1 }, { id: 2 }],
      });
      await unlabel('2', 'vip');
      expect(await counts()).toMatchObject({ labels: [{ name: 'VIP' }, { name: 'beta' }] });
      await app.post('/segments', { segment: { name: 'Important', filters: ['label:is:VIP'] } });
      expect((await app.get('/customers/1/segments')).json()).toMatchObject({ segments: [{ name: 'Important' }] });
      expect((await app.get('/customers/2/segments')).json()).toEqual({ segments: [] });
    });

    once.each(['label', 'label:is', 'label:is:', 'label:is:a:b', 'label:has:x', 'label:is_any_of', 'label:is:%20x'])(
      'are not filtered by %s',
      async (filter) => {
        const answer = await app.get(`/customers?filter=${encodeURIComponent(filter)}`);
        expect(answer.json()).toMatchObject({ statusCode: 400, code: 'invalid_request' });
      },
    );

    it('are put on all of a selection, and taken from it', async () => {
      const bulk = async (selection: object, action: object): Promise<unknown> =>
        JSON.parse((await app.post('/bulk-edits', { selection, action })).body.trim().split('\n').at(-1) ?? '');
      await label('2', 'VIP');
      expect(await bulk({ filters: [] }, { add_label: 'VIP' })).toMatchObject({ done: 3, changed: 2, unchanged: 1 });
      expect(await counts()).toEqual({ labels: [{ name: 'VIP', customers: 3 }] });
      expect(await bulk({ ids: ['1', '2'] }, { remove_label: 'VIP' })).toMatchObject({ changed: 2 });
      expect(await found('label:is:VIP')).toEqual(['é/1']);
      const audit = await app.engine.access.audit({ limit: 1 });
      expect(audit[0]).toMatchObject({ action: 'bulk-edit', details: { does: 'remove_label', name: 'VIP' } });
      const refused = await app.post('/bulk-edits', { selection: { filters: [] }, action: { add_label: ' x' } });
      expect(refused.json()).toMatchObject({ statusCode: 400, code: 'invalid_request' });
    });
  });

  describe('notes', () => {
    it('are written, edited and removed, by whom and when', async () => {
      const before = await app.get('/customers/1');
      const user = await makeUser(app.engine.access, 'editor');
      const headers = await signIn(app.engine.access, user);
      const from = Date.now();
      const { statusCode, body } = await note('1', 'Wants an offer.\n😀', headers);
      expect(statusCode).toBe(201);
      const { note: written } = JSON.parse(body) as { note: NoteView };
      expect(written).toEqual({
        id: expect.any(Number) as number,
        at: expect.any(String) as string,
        by: { kind: 'user', id: user.id, name: user.email },
        text: 'Wants an offer.\n😀',
      });
      expect(Date.parse(written.at)).toBeGreaterThanOrEqual(from);
      const token = await giveToken(app.engine.access, ['write', 'read']);
      const url = `/customers/1/notes/${written.id}`;
      const edited = await app.patch(url, { note: { text: 'Has one.' } }, token);
      expect(edited.json<{ note: NoteView }>().note).toMatchObject({ ...written, text: 'Has one.' });
      expect(edited.json<{ note: NoteView }>().note.edited_by).toMatchObject({ kind: 'token' });
      const shown = await app.get('/customers/1', token);
      expect([shown.body, shown.headers.etag]).toEqual([before.body, before.headers.etag]);
      expect((await app.inject({ method: 'DELETE', url, headers: token })).statusCode).toBe(204);
      for (const method of ['DELETE', 'PATCH'] as const) {
        const payload = method === 'PATCH' ? { note: { text: 'x' } } : undefined;
        expect((await app.inject({ method, url, headers: token, payload })).json()).toMatchObject({
          statusCode: 404,
          code: 'note_not_found',
        });
      }
    });

    it('come newest first, in pages', async () => {
      for (let at = 0; at < 45; at++) await note('é/1', `n${at}`);
      await note('2', 'another');
      const texts: string[] = [];
      for (let query = '?limit=21'; ;) {
        const { notes, meta } = await notesOf('é/1', query);
        texts.push(...notes.map(({ text }) => text));
        if (meta.next === undefined) break;
        query = `?limit=21&before=${meta.next}`;
      }
      expect(new Set(texts).size).toBe(45);
      expect(texts).toHaveLength(45);
      expect(texts[0]).toMatch(/^n4/);
      expect((await app.get('/customers/2/notes?before=x')).statusCode).toBe(400);
    });

    once.each([[''], [' \n'], ['x'.repeat(10_001)], ['a\u0000b'], [7], [undefined]])('cannot be %j', async (text) => {
      const answer = await app.post('/customers/1/notes', { note: { text } });
      expect(answer.json()).toMatchObject({ statusCode: 400, code: 'invalid_request' });
      expect((await note('1', 'x'.repeat(10_000))).statusCode).toBe(201);
    });
  });

  it('belong to a customer that is there', async () => {
    for (const id of ['nobody', 'a\u0000b', '7']) {
      expect((await app.get(`${pathOf(id)}/labels`)).statusCode).toBe(404);
      expect((await app.get(`${pathOf(id)}/notes`)).statusCode).toBe(404);
      expect((await note(id, 'x')).json()).toMatchObject({ code: 'customer_not_found' });
      expect((await label(id, 'x')).json()).toMatchObject({ code: 'customer_not_found' });
    }
  });

  it('are hidden while a customer is in the trash, and come back with it', async () => {
    await label('1', 'VIP');
    const { id } = (await note('1', 'first')).json<{ note: NoteView }>().note;
    await remove('/customers/1');
    expect((await app.get('/customers/1/labels')).statusCode).toBe(404);
    expect((await app.get('/customers/1/notes')).statusCode).toBe(404);
    expect((await note('1', 'x')).statusCode).toBe(404);
    expect(await counts()).toEqual({ labels: [] });
    expect((await app.get('/trash/1')).json()).toMatchObject({ entry: { labels: ['VIP'] } });
    // A new life has none of them, and those of both are together when the first comes back.
    await ingestLines(app.engine, [event({ user_id: '1', timestamp: Math.floor(Date.now() / 1000) + 60 })]);
    expect([await labelsOf('1'), await textsOf('1')]).toEqual([{ labels: [] }, []]);
    expect((await app.patch(`/customers/1/notes/${id}`, { note: { text: 'x' } })).statusCode).toBe(404);
    await label('1', 'beta');
    await note('1', 'second');
    expect((await app.get('/customers/1/everything')).json()).toMatchObject({
      labels: ['beta'],
      trash: { labels: ['VIP'] },
      notes: expect.arrayContaining([expect.objectContaining({ text: 'first' })]) as unknown,
    });
    await remove('/customers/1');
    await app.post('/trash/1/restore', undefined);
    expect(await labelsOf('1')).toEqual({ labels: ['VIP', 'beta'] });
    expect((await textsOf('1')).sort()).toEqual(['first', 'second']);
    expect(await found('label:is:VIP', 'label:is:beta')).toEqual([1]);
  });

  it('are erased with their customer', async () => {
    await label('1', 'SECRETLABEL');
    await note('1', 'secret note');
    expect((await remove('/customers/1?erase=true')).statusCode).toBe(201);
    expect((await app.get('/customers/1/everything')).statusCode).toBe(404);
    expect(await counts()).toEqual({ labels: [] });
    await app.post('/customers', { customer: { id: 1, attributes: { email: 'a@b' } } });
    expect([await labelsOf('1'), await textsOf('1')]).toEqual([{ labels: [] }, []]);
    const audit = {
      author: { kind: 'anyone', id: undefined, name: '' },
      origin: { address: undefined, requestId: undefined },
    } as const;
    await note('2', 'old life');
    await remove('/customers/2');
    await ingestLines(app.engine, [event({ user_id: '2', timestamp: Math.floor(Date.now() / 1000) + 60 })]);
    await note('2', 'new life');
    // The end of the trash takes the notes of the earlier life alone.
    await app.engine.customers.erase('2', {
      audit: { ...audit, action: 'customer.erased', target: '2', details: {} },
      trashedBefore: Date.now() + 1_000,
    });
    expect(await textsOf('2')).toEqual(['new life']);
    const everything = (await app.get('/customers/2/everything')).json<{ notes: NoteView[] }>();
    expect(everything.notes.map(({ text }) => text)).toEqual(['new life']);
  });
});
