import { ENGINES } from '../support/engine.js';
import { attributes, event, ingestLines } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const TOO_MANY = 17_000;

describe.each(ENGINES)('an export for spreadsheets on %s', (_name, open) => {
  let app: RestApp;
  beforeAll(async () => {
    app = await startRestApp(await open());
    await ingestLines(app.engine, [
      attributes({ city: 'Łódź', note: '=1+1', size: 1.5, tags: ['a;b'] }, { user_id: '1' }),
      attributes({ city: 'Zürich', note: 'a;b', size: -2 }, { user_id: '2' }),
      event({ user_id: '2', name: 'buy' }),
    ]);
  });
  afterAll(() => app.close());

  const bytesOf = async (query: string): Promise<Buffer> => {
    const { statusCode, rawPayload } = await app.get(`/exports/customers.csv?${query}`);
    expect(statusCode).toBe(200);
    return rawPayload;
  };

  it('is UTF-8 with a byte order mark', async () => {
    const body = (await bytesOf('')).toString();
    expect(body).toMatch(/^\uFEFFid,last_updated,city,note,size,tags,event:buy\r\n/);
    expect(body).toMatch(/\n1,\d+,Łódź,"\t=1\+1",1.5,"\[""a;b""\]",\r\n2,\d+,Zürich,"a;b",-2,,1\r\n$/);
    expect((await bytesOf('for=programs')).toString()).toMatch(/^id,/);
  });

  it('may have another delimiter, encoding and name', async () => {
    const utf16 = (await bytesOf('delimiter=tab&encoding=utf-16le')).toString('utf16le');
    expect(utf16).toMatch(/^\uFEFFid\tlast_updated\tcity\t.*\r\n1\t\d+\tŁódź\t"\t=1\+1"\t1.5\t/);
    const { headers, rawPayload } = await app.get(
      '/exports/customers.csv?delimiter=;&encoding=windows-1252&name=K%C3%A4ufer%202026-11-29.csv',
    );
    expect(rawPayload.toString('latin1')).toMatch(/^id;last_updated;city;.*\r\n1;\d+;\?\xf3d\?;"\t=1\+1";1.5;/);
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=windows-1252; header=present',
      'content-disposition': `attachment; filename="K?ufer 2026-11-29.csv"; filename*=UTF-8''K%C3%A4ufer%202026-11-29.csv`,
      'replaced-characters': '2',
    });
  });

  it('may have chosen columns with names of their own', async () => {
    const columns = JSON.stringify(['event:buy', { column: 'city', title: '=Stadt' }, 'id', 'nothing']);
    const expected = 'event:buy,"\t=Stadt",id,nothing\r\n,Łódź,1,\r\n1,Zürich,2,\r\n';
    expect((await bytesOf(`columns=${encodeURIComponent(columns)}`)).toString()).toBe(`\uFEFF${expected}`);
    const selected = await app.post(`/exports/customers.csv?for=programs&columns=["id"]`, { selection: { ids: [2] } });
    expect(selected.body).toBe('id\r\n2\r\n');
  });

  it.each([
    ['delimiter=|', '"delimiter" is "|", but takes , or ; or tab.'],
    ['encoding=latin1', '"encoding" is "latin1", but takes utf-8 or utf-16le or windows-1252.'],
    ['for=excel', '"for" is "excel", but takes spreadsheets or programs.'],
    ['columns=id', '"columns" is one text of JSON'],
    ['columns=[]', '"columns" is a list of 1 to 16384 columns.'],
    ['columns=[1]', 'columns[0] is neither the name of a column'],
    ['columns=["id",{"column":"id"}]', 'columns[1] is "id", which is named before.'],
    ['columns=["a","attribute:a"]', 'columns[1] is "attribute:a", which is named before.'],
    ['name=a/b', '"name" is the name of a file'],
    ['name=', '"name" is the name of a file'],
  ])('refuses %s', async (query, message) => {
    const { statusCode, json } = await app.get(`/exports/customers.csv?${query}`);
    expect(statusCode).toBe(400);
    expect(json()).toMatchObject({ code: 'invalid_request', message: expect.stringContaining(message) as unknown });
  });
});

it('gives the most common names columns if there are more than a spreadsheet has', async () => {
  const [, open] = ENGINES[1];
  const app = await startRestApp(await open());
  const names = Array.from({ length: TOO_MANY }, (_, i) => `a${i}`);
  const half = TOO_MANY / 2;
  await ingestLines(app.engine, [
    attributes(Object.fromEntries(names.slice(0, half).map((name) => [name, 'x'])), { user_id: '1' }),
    attributes(Object.fromEntries(names.slice(half).map((name) => [name, 'y'])), { user_id: '2' }),
    attributes({ zzz: 'z' }, { user_id: '1', id: '3' }),
    attributes({ zzz: 'z' }, { user_id: '2', id: '4' }),
  ]);
  const { body } = await app.get('/exports/customers.csv?for=programs');
  const lines = body.split('\r\n');
  const header = lines[0].split(',');
  expect(header).toHaveLength(16_383);
  expect(header.slice(-2)).toEqual(['zzz', 'other_attributes']);
  expect(lines[2]).toContain('""y""');
  const mapped = new Set(header);
  const missing = names.filter((name) => !mapped.has(name));
  expect(missing).toHaveLength(TOO_MANY + 1 - 16_380);
  for (const name of missing) expect(body).toContain(`""${name}""`);
  await app.close();
});
