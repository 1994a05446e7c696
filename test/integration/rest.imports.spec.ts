import { ENGINES, temporaryFolder } from '../support/engine.js';
import { attributes, ingestLines } from '../support/messages.js';
import { Imports, viewOf } from '../support/imports.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const SHEET = 'id,City,age\n1,Berlin,30\n2,Rome,\nx,Bern,7\n';

describe.each(ENGINES)('imports over %s', (_, open) => {
  const folder = temporaryFolder();
  let app: RestApp;
  let imports: Imports;

  beforeEach(async () => {
    const database = { kind: 'sqlite', path: `${folder.path}/roster.db` } as const;
    // Only its folder matters: the files of imports are beside the database.
    app = await startRestApp(await open(), { config: { database } });
    imports = new Imports(app);
  });
  afterEach(() => app.close());
  afterAll(() => folder.remove());

  const customer = async (id: string): Promise<Record<string, unknown>> =>
    (await app.get(`/customers/${id}`)).json<{ customer: Record<string, unknown> }>().customer;

  it('propose the attribute that there is for a column of nearly its name', async () => {
    await ingestLines(app.engine, [attributes({ first_name: 'Zoë', city: 'Bern', City: 'Rome' }, { user_id: '1' })]);
    const uploaded = viewOf(await imports.send('id,First name,CITY,Größe\n1,Anna,Ulm,3\n', 'people.csv'), 201);
    expect(uploaded.columns.map(({ use }) => ('attribute' in use ? use.attribute : use.use))).toEqual([
      ...['id', 'first_name', 'City', 'Größe'],
    ]);
    await imports.check(uploaded.id);
    await imports.confirm(uploaded.id);
    expect(await customer('1')).toMatchObject({
      attributes: { first_name: 'Anna', city: 'Bern', City: 'Ulm', Größe: '3' },
    });
  });

  it('are found out, tried, confirmed and listed', async () => {
    const answer = await imports.send(`\uFEFF${SHEET.replaceAll(',', ';')}`, 'people.csv');
    const uploaded = viewOf(answer, 201);
    expect(answer.headers.location).toBe(`/imports/${uploaded.id}`);
    expect(uploaded).toMatchObject({
      ...{ name: 'people.csv', bytes: 44, state: 'uploaded', dry_run: null, result: null, ingestion: null },
      format: { encoding: 'utf-8', delimiter: ';', bom: true, found: { encoding: 'utf-8', delimiter: ';' } },
      columns: [
        { index: 0, name: 'id', samples: ['1', '2', 'x'], use: { use: 'id' } },
        { index: 1, name: 'City', use: { use: 'attribute', attribute: 'City', type: 'auto' } },
        { index: 2, name: 'age' },
      ],
    });

    const checked = await imports.check(uploaded.id);
    expect(checked).toMatchObject({
      state: 'checked',
      dry_run: { rows: 3, created: 3, changed: 0, unchanged: 0, rejected: 0, damaged: 0 },
    });
    expect(checked.dry_run?.differences?.slice(0, 2)).toEqual([
      { row: 1, customer: '1', column: 'City', attribute: 'City', after: 'Berlin' },
      { row: 1, customer: '1', column: 'age', attribute: 'age', after: '30' },
    ]);
    expect((await app.get('/customers/1')).statusCode).toBe(404);

    const done = await imports.confirm(uploaded.id);
    expect(done).toMatchObject({ state: 'done', result: { rows: 3, created: 3, changed: 0 }, expires_at: null });
    expect(await customer('1')).toMatchObject({ id: 1, attributes: { City: 'Berlin', age: '30' } });
    expect((await app.get(`/ingestions/${done.ingestion}`)).json()).toMatchObject({
      ingestion: { kind: 'import', import: done.id, source: 'people.csv', state: 'done', lines: 3, attributes: 3 },
    });
    expect((await app.get('/imports')).json()).toMatchObject({ imports: [{ id: done.id, state: 'done' }] });
    const timeline = (await app.get('/customers/1/timeline')).json<{ entries: unknown[] }>();
    expect(timeline.entries).toMatchObject([
      { source: { kind: 'import', ingestion: done.ingestion, import: done.id, name: 'people.csv', row: 1 } },
    ]);
  });

  it('change nothing when the same sheet comes again', async () => {
    await imports.run(SHEET);
    const before = await customer('1');
    const again = await imports.run(SHEET);
    expect(again).toMatchObject({ state: 'done', result: { rows: 3, created: 0, changed: 0, unchanged: 3 } });
    expect(again.mapping_is_remembered).toBe(true);
    expect(await customer('1')).toEqual(before);
  });
});
