import { ENGINES, itOnce } from '../support/engine.js';
import { allCustomers, attributes, event, ingestLines, TIME } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const FORMULA = '=HYPERLINK("http://evil.example","x")';

function messages(): string[] {
  return [
    attributes({ email: 'sofia@example.com', plan: 'pro', note: FORMULA, '+name': 1 }, { user_id: '1' }),
    attributes({ plan: 'team', gone: 'x' }, { user_id: '1', timestamp: TIME + 5 }),
    attributes({ gone: null }, { user_id: '1', timestamp: TIME + 6 }),
    attributes({ email: 'bill@example.com', tags: ['a,b', { c: null }], n: -5, yes: true }, { user_id: '2' }),
    attributes({ id: 'ignored', 'event:page': 'an attribute', text: 'two\nlines, "quoted"' }, { user_id: 'שלום' }),
    ...[1, 2, 3].map(() => event({ user_id: '2', name: 'page', timestamp: TIME + 9 })),
    event({ user_id: '@only events', name: '-sum(A1)' }),
  ];
}

describe.each(ENGINES)('exports and bulk edits on %s', (name, open) => {
  const once = itOnce(name);
  let app: RestApp;
  beforeEach(async () => {
    app = await startRestApp(await open());
    await ingestLines(app.engine, messages());
  });
  afterEach(() => app.close());

  const lines = (body: string): unknown[] =>
    body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  const bulk = async (selection: unknown, action: unknown): Promise<unknown> => {
    const answer = await app.post('/bulk-edits', { selection, action }, { 'sec-fetch-site': 'same-origin' });
    return answer.statusCode === 200 ? lines(answer.body).at(-1) : answer.json();
  };

  it('takes all but some', async () => {
    const exported = await app.post(
      '/exports/customers.jsonl',
      { selection: { filters: [], except: [1, 'שלום', 'nobody'] } },
      { 'sec-fetch-site': 'same-origin' },
    );
    const ids = new Set(exported.body.match(/"user_id":("[^"]*"|\d+)/g));
    expect([...ids].map((member) => member.slice('"user_id":'.length).replaceAll('"', '')).sort()).toEqual([
      '2',
      '@only events',
    ]);
    const set = { set: { name: 'vip', value: true } };
    expect(await bulk({ filters: ['attribute:email:exists'], except: [1] }, set)).toMatchObject({
      done: 1,
      changed: 1,
    });
    expect(await bulk({ ids: [1, 2], except: ['1'] }, { remove: 'vip' })).toMatchObject({ done: 1, changed: 1 });
    expect(await bulk({ filters: [], except: [{}] }, set)).toMatchObject({ code: 'invalid_request' });
    expect(await bulk({ except: [1] }, set)).toMatchObject({ code: 'invalid_request' });
  });

  it('exports JSON lines that make the same customers where nobody is known, whatever is late', async () => {
    const exported = await app.get('/exports/customers.jsonl');
    expect(exported.headers['content-disposition']).toBe('attachment; filename="customers.jsonl"');
    const other = await open();
    await ingestLines(other, exported.body.trim().split('\n'));
    expect(await allCustomers(other.customers)).toEqual(await allCustomers(app.engine.customers));
    // A removed attribute stays removed, and older values stay older.
    for (const engine of [other, app.engine]) {
      await ingestLines(engine, [attributes({ gone: 'y', plan: 'old', note: 'newer' }, { timestamp: TIME + 3 })]);
    }
    expect(await allCustomers(other.customers)).toEqual(await allCustomers(app.engine.customers));
    await ingestLines(other, exported.body.trim().split('\n'));
    expect(await allCustomers(other.customers)).toEqual(await allCustomers(app.engine.customers));
    await other.close();
  });

  it('exports CSV for spreadsheets in which no cell is a formula', async () => {
    const { body } = await app.get('/exports/customers.csv');
    expect(body.split('\r\n')).toEqual([
      '\uFEFFid,last_updated,"\t+name",email,attribute:event:page,n,note,plan,tags,text,yes,event:-sum(A1),event:page',
      `1,${TIME + 6},1,sofia@example.com,,,"\t=HYPERLINK(""http://evil.example"",""x"")",team,,,,,`,
      `2,${TIME + 9},,bill@example.com,,-5,,,"[""a,b"",{""c"":null}]",,true,,3`,
      `"\t@only events",${TIME},,,,,,,,,,1,`,
      `שלום,${TIME},,,an attribute,,,,,"two\nlines, ""quoted""",,,`,
      '',
    ]);
  });

  it('exports CSV for programs with the exact texts', async () => {
    const { body } = await app.get('/exports/customers.csv?for=programs');
    const [header, first] = body.split('\r\n');
    expect(header).toMatch(/^id,last_updated,\+name,email/);
    expect(first).toContain(',"=HYPERLINK(""http://evil.example"",""x"")",team');
    const selection = { ids: [1, 2, '@only events', 'שלום'] };
    expect((await app.post('/exports/customers.csv?for=programs', { selection })).body).toBe(body);
  });

  once('names a reader of CSV that is not known', async () => {
    const { statusCode, body } = await app.get('/exports/customers.csv?for=excel');
    expect(statusCode).toBe(400);
    expect(body).toContain('\\"for\\" is \\"excel\\", but takes spreadsheets or programs.');
  });

  it.each([
    ['customers.csv', { ids: [2] }, 2],
    ['customers.jsonl', { ids: ['2', 'nobody'] }, 2],
    ['customers.jsonl', { filters: ['attribute:plan:is:team'] }, 1],
  ])('exports to %s the selection %j', async (file, selection, id) => {
    const posted = await app.post(`/exports/${file}`, { selection });
    expect(posted.statusCode).toBe(200);
    expect(posted.body).toBe((await app.get(`/exports/${file}?id=${id}`)).body);
  });

  once.each([[{}], [{ ids: [''] }], [{ filters: ['plan'] }], ['all']])(
    'refuses the selection %j',
    async (selection) => {
      for (const [url, body] of [
        ['/exports/customers.csv', { selection }],
        ['/bulk-edits', { selection, action: { delete: true } }],
      ] as const) {
        const answer = await app.post(url, body);
        expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid_request' }]);
      }
      expect(await allCustomers(app.engine.customers)).toHaveLength(4);
    },
  );

  it('sets and removes an attribute, and deletes, each with its entry in the history and its refusals', async () => {
    const set = await bulk({ ids: [1, '2', 'nobody'] }, { set: { name: 'plan', value: ['x', 1] } });
    expect(set).toMatchObject({ finished: true, done: 3, changed: 2, failed: 1 });
    expect(set).toMatchObject({ errors: [{ id: 'nobody', code: 'customer_not_found' }] });
    const history = await app.get('/customers/1/history');
    expect(history.json()).toMatchObject({
      history: [{ source: 'admin', action: 'updated', changes: [{ name: 'plan', from: 'team', to: ['x', 1] }] }],
    });

    expect(await bulk({ search: 'example.com' }, { remove: 'plan' })).toMatchObject({ done: 2, changed: 2, failed: 0 });
    expect((await app.get('/customers?filter=attribute:plan:exists')).json()).toMatchObject({ customers: [] });
    expect(await bulk({ filters: ['attribute:email:exists'] }, { remove: 'email' })).toMatchObject({
      changed: 0,
      failed: 2,
    });

    expect(await bulk({ filters: ['event:page:never'] }, { delete: true })).toMatchObject({ done: 3, changed: 3 });
    expect((await app.get('/customers')).json()).toMatchObject({ customers: [{ id: 2 }], meta: { total: 1 } });
  });
});
