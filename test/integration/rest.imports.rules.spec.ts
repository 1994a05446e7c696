import { readdirSync, writeFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { HTTP_LIMITS, type HttpLimits } from '../../server/http/limits.js';
import { ImportRunner } from '../../server/imports/import-runner.js';
import { giveToken, makeUser } from '../support/credentials.js';
import { ENGINES, temporaryFolder, type Engine } from '../support/engine.js';
import { Imports, viewOf } from '../support/imports.js';
import { attributes, ingestLines } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const [[, open]] = ENGINES;
const ATTRIBUTE = { use: 'attribute', type: 'auto' } as const;

describe('imports', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let app: RestApp;
  let engine: Engine;
  let imports: Imports;

  const start = async (uploads: Partial<HttpLimits['uploads']> = {}): Promise<void> => {
    const limits: HttpLimits = { ...HTTP_LIMITS, uploads: { ...HTTP_LIMITS.uploads, ...uploads } };
    // Only its folder matters: the files of imports are beside the database.
    const database = { kind: 'sqlite', path: join(folder.path, 'roster.db') } as const;
    engine = await open();
    app = await startRestApp(engine, { limits, config: { database } });
    imports = new Imports(app);
  };
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await app.close();
    folder.remove();
  });

  const files = (): string[] => readdirSync(folder.path).filter((name) => name.startsWith('.roster-import-'));
  const attributesOf = async (id: string): Promise<unknown> =>
    (await app.get(`/customers/${id}`)).json<{ customer?: { attributes: unknown } }>().customer?.attributes;

  it('give rejected rows back as the same sheet with the reason, before and after they are confirmed', async () => {
    await start();
    const { id } = await imports.upload('\uFEFFid;Age;"a;b"\r\n1;7;x\r\n;8;"y ""z"""\r\n2;no;\r\n3;9;\r\n');
    const columns = [
      { column: 'id', use: 'id' },
      { column: 'Age', ...ATTRIBUTE, attribute: 'age', type: 'number' },
      { column: 'a;b', ...ATTRIBUTE, attribute: 'ab' },
    ];
    viewOf(await imports.patch(id, { mapping: { columns } }));
    expect((await imports.rejects(id)).statusCode).toBe(409);
    const checked = await imports.check(id);
    expect(checked.dry_run).toMatchObject({
      ...{ rows: 4, created: 2, rejected: 2, reasons: { missing_id: 1, invalid_number: 1 } },
      rejects: [
        { row: 2, line: 3, reason: 'missing_id', column: 'id' },
        { row: 3, line: 4, reason: 'invalid_number', column: 'Age' },
      ],
    });
    const sheet = '\uFEFFid;Age;"a;b";reason\r\n;8;"y ""z""";missing_id\r\n2;no;;invalid_number\r\n';
    expect((await imports.rejects(id)).body).toBe(sheet);
    const done = await imports.confirm(id);
    expect(done.result).toMatchObject({
      rows: 4,
      created: 2,
      rejected: 2,
      reasons: { missing_id: 1, invalid_number: 1 },
    });
    expect((await imports.rejects(id)).body).toBe(sheet);
    expect(await attributesOf('1')).toEqual({ ab: 'x', age: 7 });
    expect(files()).toEqual([]);
    // Nothing of the cells is left but the rejects.
    expect((await imports.show(id)).columns[0].samples).toEqual([]);
  });

  it('name a customer by an email that exactly one has, as the rows before have left it', async () => {
    await start();
    const person = (user: string, email: string): string => attributes({ email }, { id: user, user_id: user });
    await ingestLines(engine, [person('1', 'a@b'), person('2', 'two@b'), person('3', 'two@b'), person('4', 'A@b')]);
    const { id } = await imports.upload('mail,email,city\na@b,new@b,Rome\na@b,,Bern\nnew@b,,Kiew\ntwo@b,,Oslo\n');
    const columns = [
      { column: 'mail', use: 'email' },
      { column: 'email', ...ATTRIBUTE, attribute: 'email' },
      { column: 'city', ...ATTRIBUTE, attribute: 'city' },
    ];
    viewOf(await imports.patch(id, { mapping: { columns } }));
    const expected = {
      ...{ rows: 4, created: 0, changed: 2, rejected: 2 },
      reasons: { unknown_customer: 1, ambiguous_email: 1 },
    };
    expect((await imports.check(id)).dry_run).toMatchObject(expected);
    expect((await imports.confirm(id)).result).toMatchObject(expected);
    expect(await attributesOf('1')).toEqual({ city: 'Kiew', email: 'new@b' });
  });

  it('apply the rows of one customer in their order, with a column of times too', async () => {
    await start();
    const file = 'id,city,at\n1,Rome,2020-01-01\n1,Bern,2021-01-01\n1,Oslo,2020-06-01\n1,Rome,2020-01-01\n';
    const { id } = await imports.upload(file);
    const columns = [
      { column: 'id', use: 'id' },
      { column: 'city', ...ATTRIBUTE, attribute: 'city' },
      { column: 'at', use: 'time' },
    ];
    viewOf(await imports.patch(id, { mapping: { columns } }));
    const expected = { rows: 4, created: 1, changed: 1, unchanged: 2, rejected: 0 };
    expect((await imports.check(id)).dry_run).toMatchObject(expected);
    expect((await imports.confirm(id)).result).toMatchObject(expected);
    expect((await app.get('/customers/1')).json()).toMatchObject({
      customer: { attributes: { city: 'Bern' }, last_updated: Date.UTC(2021, 0, 1) / 1000 },
    });
    const again = await imports.run('id,city\n1,Rome\n1,Bern\n1,Kiew\n');
    expect(again.result).toMatchObject({ changed: 3 });
    expect(await attributesOf('1')).toEqual({ city: 'Kiew' });
  });

  it('give way to what changes between the dry run and the import', async () => {
    await start();
    await imports.run('id,city,plan\n1,Rome,pro\n2,Bern,pro\n');
    const { id } = await imports.upload('id,city,plan\n1,Oslo,free\n2,Bern,pro\n');
    expect((await imports.check(id)).dry_run).toMatchObject({ changed: 1, unchanged: 1 });
    await app.patch('/customers/1', { customer: { attributes: { email: 'a@b', city: 'Oslo' } } });
    await app.patch('/customers/2', { customer: { attributes: { email: 'a@b', city: 'Kiew' } } });
    expect((await imports.confirm(id)).result).toMatchObject({ changed: 2, unchanged: 0 });
    expect(await attributesOf('1')).toMatchObject({ city: 'Oslo', plan: 'free' });
    expect(await attributesOf('2')).toMatchObject({ city: 'Bern', plan: 'pro' });
  });

  it('need a dry run of the present mapping, and cannot be changed once they are confirmed', async () => {
    await start();
    const { id } = await imports.upload('id,city\n1,Rome\n');
    expect((await imports.post(id, 'confirm')).json()).toMatchObject({ statusCode: 409, code: 'import_state' });
    await imports.check(id);
    viewOf(await imports.patch(id, { mapping: { columns: [{ column: 'id', use: 'id' }] } }));
    expect(await imports.show(id)).toMatchObject({ state: 'uploaded', dry_run: null });
    expect((await imports.post(id, 'confirm')).statusCode).toBe(409);
    await imports.check(id);
    expect(viewOf(await imports.delete(`${id}/dry-run`))).toMatchObject({ state: 'uploaded', dry_run: null });
    await imports.check(id);
    await imports.confirm(id);
    for (const answer of [
      await imports.patch(id, {}),
      await imports.post(id, 'dry-run'),
      await imports.post(id, 'confirm'),
    ])
      expect(answer.json()).toMatchObject({ statusCode: 409, code: 'import_state' });
    expect((await imports.delete(String(id))).statusCode).toBe(204);
    expect((await app.get(`/imports/${id}`)).json()).toMatchObject({ statusCode: 404, code: 'import_not_found' });
  });

  it('are read as the client says', async () => {
    await start();
    const { id, format } = await imports.upload(Buffer.from('id;city\n1;K\xf6ln\n', 'latin1'));
    expect(format).toMatchObject({ encoding: 'windows-1252', delimiter: ';', bom: false });
    const changed = viewOf(await imports.patch(id, { encoding: 'utf-8', delimiter: ',' }));
    expect(changed.format).toMatchObject({ encoding: 'utf-8', found: { encoding: 'windows-1252', delimiter: ';' } });
    expect(changed.columns.map(({ name }) => name)).toEqual(['id;city']);
    expect(changed.format.damaged_characters).toBe(1);
    const wrong = await imports.patch(id, { encoding: 'utf-7', mapping: 5 });
    expect(wrong.json()).toMatchObject({
      statusCode: 400,
      details: [{ field: 'import.encoding' }, { field: 'import.mapping' }],
    });
    const mapping = { columns: [{ column: 'id;city', use: 'attribute', attribute: '__proto__', date_form: 'x' }] };
    expect((await imports.patch(id, { mapping })).json()).toMatchObject({
      details: [{ field: 'import.mapping.columns.0.date_form' }],
    });
    expect((await imports.post(id, 'dry-run')).json()).toMatchObject({ statusCode: 400, code: 'invalid_request' });
  });

  it('may come as gzip, and are no workbooks', async () => {
    await start();
    const headers = { 'content-encoding': 'gzip', 'content-type': 'text/csv' };
    const payload = gzipSync('id,city\n1,Rome\n');
    expect(viewOf(await app.inject({ method: 'POST', url: '/imports', headers, payload }), 201)).toMatchObject({
      ...{ name: 'upload', bytes: 15 },
    });
    const refused = await imports.send('PK\x03\x04 and so on');
    expect(refused.json()).toMatchObject({ statusCode: 422, code: 'source_refused' });
    expect(files()).toHaveLength(1);
  });

  it('have as much room as they may take, and no more', async () => {
    await start({ sheetBytes: 100 });
    const first = await imports.upload(`id,city\n1,${'x'.repeat(60)}\n`);
    expect((await imports.send(`id,city\n1,${'y'.repeat(60)}\n`)).json()).toMatchObject({
      ...{ statusCode: 507, code: 'storage_full' },
    });
    expect(files()).toHaveLength(1);
    expect((await imports.delete(String(first.id))).statusCode).toBe(204);
    expect(files()).toEqual([]);
    await imports.upload(`id,city\n1,${'y'.repeat(60)}\n`);
  });

  it('wait for their confirmation for a day', async () => {
    await start();
    const old = await imports.upload('id,city\n1,Rome\n');
    const young = await imports.upload('id,city\n1,Bern\n');
    expect(Date.parse(young.expires_at ?? '') - Date.parse(young.created_at)).toBe(86_400_000);
    const left = join(folder.path, '.roster-import-00000000-0000-4000-8000-000000000000');
    for (const path of [left, `${left}.rejects`]) {
      writeFileSync(path, 'of a process that was killed');
      utimesSync(path, 0, 0);
    }
    await engine.sql?.(`UPDATE imports SET created_at = created_at - 86400001 WHERE id = ${old.id}`);
    await app.nest.get(ImportRunner).uploads.tidy();
    expect((await app.get(`/imports/${old.id}`)).statusCode).toBe(404);
    expect((await imports.show(young.id)).state).toBe('uploaded');
    expect(files()).toHaveLength(1);
  });

  it('lose the file in which an erased customer occurs, and what is shown of it', async () => {
    await start();
    await imports.run('id,city\n7,Rome\n');
    const holds = await imports.upload('id,city\n6,Bern\n7,Bern\n');
    await imports.check(holds.id);
    const other = await imports.upload('id,city,code\n6,Kiew,7\n');
    const byEmail = await imports.upload('email,city\na@b,Bern\n');
    const erased = await app.inject({ method: 'DELETE', url: '/customers/7?erase=true' });
    expect(erased.json()).toMatchObject({ sources: [{ kind: 'ingestion', name: 'sheet.csv' }] });
    await until(async () => (await imports.show(byEmail.id)).state === 'failed');
    expect(await imports.show(holds.id)).toMatchObject({
      ...{ state: 'failed', expires_at: null, dry_run: { changed: 1, differences: [], rejects: [] } },
      columns: [{ samples: [] }, { samples: [] }],
    });
    expect((await imports.post(holds.id, 'dry-run')).statusCode).toBe(409);
    expect((await imports.show(other.id)).columns[0].samples).toEqual(['6']);
    expect(files()).toHaveLength(1);
  });

  it('lose the rejects of an erased customer', async () => {
    await start();
    const { id } = await imports.upload('id,age\n7,no\n8,no\n7,3\n');
    const columns = [
      { column: 'id', use: 'id' },
      { column: 'age', ...ATTRIBUTE, attribute: 'age', type: 'number' },
    ];
    viewOf(await imports.patch(id, { mapping: { columns } }));
    await imports.check(id);
    await imports.confirm(id);
    const everything = (await app.get('/customers/7/everything')).json<{ rejected_lines: unknown[] }>();
    expect(everything.rejected_lines).toHaveLength(1);
    await app.inject({ method: 'DELETE', url: '/customers/7?erase=true' });
    expect((await imports.rejects(id)).body).toBe('\uFEFFid,age,reason\r\n8,no,invalid_number\r\n');
  });

  it('show values of customers only to callers that may read them', async () => {
    await start();
    await imports.run('id,city\n1,Rome\n');
    const { id } = await imports.upload('id,city\n1,Bern\n');
    await imports.check(id);
    await makeUser(engine.access, 'admin');
    const ingests = new Imports(app, await giveToken(engine.access, ['ingest']));
    expect(JSON.stringify(await ingests.check(id))).not.toContain('Rome');
    const reads = new Imports(app, await giveToken(engine.access, ['ingest', 'read']));
    expect((await reads.show(id)).dry_run?.differences).toEqual([
      { row: 1, customer: '1', column: 'city', attribute: 'city', before: 'Rome', after: 'Bern' },
    ]);
    expect((await ingests.confirm(id)).confirmed_by).toMatchObject({ kind: 'token', name: 'to ingest' });
    expect((await app.get('/customers/1', await giveToken(engine.access, ['read']))).body).toContain('Bern');
  });

  it('are counted by the metrics', async () => {
    await start();
    await imports.run('id,city\n1,Rome\n,Bern\n');
    const { body } = await app.get('/metrics');
    expect(body).toContain('roster_ingestion_lines_total{result="attributes"} 1');
    expect(body).toContain('roster_ingestion_lines_total{result="missing_id"} 1');
  });

  it('are in the audit when they are confirmed', async () => {
    await start();
    const { id, ingestion } = await imports.run('id,city\n1,Rome\n');
    const { entries } = (await app.get('/audit?action=import')).json<{ entries: unknown[] }>();
    expect(entries).toMatchObject([{ action: 'import', target: 'sheet.csv', details: { import: id, ingestion } }]);
  });

  it('keep the digits of numbers in what they show', async () => {
    await start();
    await ingestLines(engine, [
      '{"id":"m","type":"attributes","user_id":"1","timestamp":1,"data":{"n":3544790567247868102}}',
    ]);
    const { id } = await imports.upload('id,n\n1,3544790567247868103\n');
    await imports.check(id);
    expect((await app.get(`/imports/${id}`)).body).toContain(
      '"before":3544790567247868102,"after":3544790567247868103}',
    );
    await imports.confirm(id);
    expect((await app.get('/customers/1')).body).toContain('"n":3544790567247868103');
  });

  it('stop when they are deleted, and go on when they are confirmed again', async () => {
    await start();
    const rows = Array.from({ length: 5_000 }, (_, at) => `${at},Rome`);
    const { id } = await imports.upload(['id,city', ...rows, ''].join('\n'));
    await imports.check(id);
    viewOf(await imports.post(id, 'confirm'), 202);
    expect((await imports.delete(String(id))).statusCode).toBe(204);
    const stopped = await imports.show(id);
    expect(stopped.state).toBe('interrupted');
    expect(stopped.result?.rows).toBeLessThan(5_000);
    const done = await imports.confirm(id);
    expect(done).toMatchObject({ state: 'done', result: { rows: 5_000, created: 5_000, changed: 0, unchanged: 0 } });
    expect(done.confirmed_at).toBe(stopped.confirmed_at);
    expect((await app.get(`/ingestions/${done.ingestion}`)).json()).toMatchObject({
      ingestion: { lines: 5_000, attributes: 5_000, duplicates: 0, customers: 5_000 },
    });
  });
});
