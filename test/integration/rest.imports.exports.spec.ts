import { ENGINES, temporaryFolder } from '../support/engine.js';
import { Imports } from '../support/imports.js';
import { ingestLines } from '../support/messages.js';
import { nastyCustomers } from '../support/exported-customers.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const [[, open]] = ENGINES;
const CUSTOMERS = 10_000;
const SEED = 20_261_129;
/** Windows-1252 has fewer characters than a customer may have. */
const NOT_IN_WINDOWS_1252 = /[^ -~\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/;

jest.setTimeout(300_000);

describe('an untouched export', () => {
  const folder = temporaryFolder();
  let app: RestApp;
  let imports: Imports;

  beforeEach(async () => {
    const database = { kind: 'sqlite', path: `${folder.path}/roster.db` } as const;
    app = await startRestApp(await open(), { config: { database } });
    imports = new Imports(app);
  });
  afterEach(() => app.close());
  afterAll(() => folder.remove());

  const everyone = async (): Promise<string> => (await app.get('/exports/customers.csv?for=programs')).body;

  it.each([
    ['as it is', '', 'utf-8', ',', () => true],
    [
      'with semicolons in Windows-1252',
      'delimiter=;&encoding=windows-1252',
      'windows-1252',
      ';',
      (line: string) => !NOT_IN_WINDOWS_1252.test(line),
    ],
    ['with tabs in UTF-16', 'delimiter=tab&encoding=utf-16le', 'utf-16le', '\t', () => true],
  ])('%s changes nothing when it is imported', async (_, query, encoding, delimiter, isHeld) => {
    const lines = nastyCustomers(CUSTOMERS, SEED).filter(isHeld);
    const { customers } = await ingestLines(app.engine, lines);
    expect(customers).toBeGreaterThan(CUSTOMERS / 20);
    const before = await everyone();
    const file = (await app.get(`/exports/customers.csv?${query}`)).rawPayload;
    const uploaded = await imports.upload(file);
    expect(uploaded.format).toMatchObject({ encoding, delimiter });
    const checked = await imports.check(uploaded.id);
    expect(checked.dry_run).toMatchObject({
      ...{ rows: customers, created: 0, changed: 0, unchanged: customers, rejected: 0, damaged: 0 },
      ...{ differences: [], rejects: [] },
    });
    const done = await imports.confirm(uploaded.id);
    expect(done.result).toMatchObject({ rows: customers, unchanged: customers, rejected: 0 });
    expect(await everyone()).toBe(before);
  });
});
