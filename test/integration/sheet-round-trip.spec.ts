import fc from 'fast-check';
import type { StoredCustomer } from '../../server/domain/customer/customer.js';
import { proposeMapping } from '../../server/domain/import/mapping.js';
import { createRowPlanner } from '../../server/domain/import/row-planner.js';
import type { RowPlan } from '../../server/domain/import/row-plan.js';
import type { SheetDelimiter, SheetFormat } from '../../server/domain/import/sheet.js';
import { forEachMember } from '../../server/domain/json-members.js';
import { columnsOf } from '../../server/exports/csv-columns.js';
import { BYTE_ORDER_MARK, CsvWriter, type CsvReader } from '../../server/exports/csv.js';
import { findFormat } from '../../server/spreadsheets/find-format.js';
import { openSheet } from '../../server/spreadsheets/open-sheet.js';
import { SheetEncoder, type WrittenEncoding } from '../../server/spreadsheets/sheet-encoder.js';
import { ENGINES, temporaryFolder } from '../support/engine.js';
import { rounds, runs } from '../support/fast-check.js';
import { Imports } from '../support/imports.js';
import { ingestLines } from '../support/messages.js';
import { nastyCustomers } from '../support/nasty-customers.js';
import { startRestApp } from '../support/rest-app.js';

const LATER = 2_100_000_000_000;
/** Customers of a long export. */
const CUSTOMERS = rounds(1_000);

function exported(
  customers: readonly StoredCustomer[],
  { delimiter, encoding }: { delimiter: SheetDelimiter; encoding: WrittenEncoding },
  reader: CsvReader = 'spreadsheets',
): Uint8Array {
  const names = { attributes: new Set<string>(), events: new Set<string>() };
  for (const { attributes, events } of customers) {
    forEachMember(attributes, (name) => names.attributes.add(name));
    forEachMember(events, (name) => names.events.add(name));
  }
  const columns = columnsOf({ attributes: [...names.attributes], events: [...names.events] });
  const writer = new CsvWriter(columns, reader, delimiter);
  const mark = encoding === 'windows-1252' || reader === 'programs' ? '' : BYTE_ORDER_MARK;
  const encoder = new SheetEncoder(encoding);
  const bytes = encoder.encode(mark + writer.header + customers.map((customer) => writer.line(customer)).join(''));
  expect(encoder.replaced).toBe(0);
  return bytes;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

/** Plans the rows of a file for the customers that it was made of. */
async function planned(
  file: Uint8Array,
  format: SheetFormat,
  customers: readonly StoredCustomer[],
): Promise<RowPlan[]> {
  const known = new Map(customers.map((customer) => [customer.id, customer]));
  const sheet = await openSheet(once(file), format);
  const mapping = { ...proposeMapping(sheet.columns), empty: 'remove' } as const;
  const planner = createRowPlanner(sheet.columns, mapping, { importId: '1', time: LATER });
  const plans: RowPlan[] = [];
  for await (const rows of sheet.rows) {
    for (const row of rows) {
      const customer = planner.customerOf(row);
      if (customer.kind !== 'id') throw new Error(JSON.stringify(customer));
      const stored = known.get(customer.id);
      plans.push(planner.plan(row, { id: customer.id, stored, deletedAt: undefined, suppressedAt: undefined }));
    }
  }
  return plans;
}

const isWindows1252 = (text: string): boolean => {
  const encoder = new SheetEncoder('windows-1252');
  encoder.encode(text);
  return encoder.replaced === 0;
};

/** False if a reader would take the tab of an id for the guard of a formula, which programs do not get. */
const hasNoTab = (customers: readonly StoredCustomer[]): boolean => !customers.some(({ id }) => id.startsWith('\t'));

describe('an untouched export of nasty customers', () => {
  it.each([
    ['as it is', ',', 'utf-8', 'spreadsheets', nastyCustomers()],
    ['with tabs in UTF-16', '\t', 'utf-16le', 'spreadsheets', nastyCustomers()],
    ['with semicolons in Windows-1252', ';', 'windows-1252', 'spreadsheets', nastyCustomers(isWindows1252)],
    ['for programs', ',', 'utf-8', 'programs', nastyCustomers().filter(hasNoTab)],
  ] as const)('changes nothing: %s', async (_, delimiter, encoding, reader, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (customers) => {
        const file = exported(customers, { delimiter, encoding }, reader);
        const found = await findFormat(once(file));
        if (reader === 'spreadsheets') expect(found.delimiter).toBe(delimiter);
        if (encoding !== 'windows-1252') expect(found.encoding).toBe(encoding);
        const nothing = customers.map(() => ({ kind: 'unchanged', damaged: [] }));
        expect(await planned(file, { delimiter, encoding }, customers)).toEqual(nothing);
      }),
      runs(40),
    );
  });
});

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The text that a spreadsheet writes for a cell that was not touched, in the form of numbers and dates that it shows. */
function saved(text: string, holds: (character: string) => boolean): string {
  const trimmed = text.trim();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(trimmed)) return savedNumber(Number(trimmed));
  const parts = /^(\d{1,2})[/-](\d{1,2})$/.exec(trimmed);
  if (parts && isDay(parts[1], parts[2])) return `${Number(parts[2])}-${MONTHS[Number(parts[1]) - 1]}`;
  const date = /^(\d{4})-(\d\d)-(\d\d)( 10:00)?$/.exec(trimmed);
  if (date && isDay(date[2], date[3])) return `${Number(date[2])}/${Number(date[3])}/${date[1]}${trimmed.slice(10)}`;
  if (/^(?:true|false)$/i.test(trimmed)) return trimmed.toUpperCase();
  return Array.from(text)
    .map((character) => (holds(character) ? character : '?'))
    .join('')
    .replace(/\r\n?/g, '\n');
}

function isDay(month: string, day: string): boolean {
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 28;
}

function savedNumber(number: number): string {
  const held = Number(number.toPrecision(15));
  const size = Math.abs(held);
  if (held === 0) return '0';
  if (size >= 1e11 || size < 1e-4) {
    const [mantissa, exponent] = held.toExponential(5).split('e');
    const sign = exponent.slice(0, 1);
    return `${Number(mantissa)}E${sign}${exponent.slice(1).padStart(2, '0')}`;
  }
  if (size >= 1e10) return held.toFixed(0);
  return String(Number(size >= 1 ? held.toPrecision(10) : held.toFixed(9)));
}

it('recognises what a spreadsheet has damaged, and leaves it alone', async () => {
  const digits = fc.stringMatching(/^[+-]?0{0,3}\d{1,20}(\.\d{1,15})?$/);
  const tempting = fc.oneof(
    digits,
    fc.stringMatching(/^\d{1,2}[/-]\d{1,2}$/),
    fc.stringMatching(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])( 10:00)?$/),
    fc.constantFrom('true', 'false', '12E3', '1e9'),
    fc.string({ unit: fc.constantFrom('a', 'Ł', '名', '😀', ' ', '\r', '\n'), minLength: 1 }).map((text) => `x${text}`),
  );
  await fc.assert(
    fc.asyncProperty(tempting, fc.boolean(), async (text, isNumber) => {
      const isJsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text);
      const value = isNumber && isJsonNumber ? text : JSON.stringify(text);
      const attributes = `{"v":${value}}`;
      const customer = { id: '1', attributes, events: '{}', attributeTimes: '{"v":1}', lastUpdated: 1 };
      const cell = `"${saved(text, isWindows1252).replaceAll('"', '""')}"`;
      const [plan] = await planned(Buffer.from(`id,v\r\n1,${cell}\r\n`), { encoding: 'utf-8', delimiter: ',' }, [
        customer,
      ]);
      expect(plan).toMatchObject({ kind: 'unchanged' });
    }),
    runs(300),
  );
});

it(`imports untouched exports of ${CUSTOMERS} nasty customers as no change`, async () => {
  const [, open] = ENGINES[1];
  const folder = temporaryFolder();
  const database = { kind: 'sqlite', path: `${folder.path}/roster.db` } as const;
  const app = await startRestApp(await open(), { config: { database } });
  const imports = new Imports(app);
  const records = fc.sample(nastyCustomers(isWindows1252), { numRuns: CUSTOMERS, seed: 7 }).flat().slice(0, CUSTOMERS);
  expect(records).toHaveLength(CUSTOMERS);
  await ingestLines(
    app.engine,
    records.map(({ attributes }, at) => {
      const line = `"id":"m${at}","type":"attributes","timestamp":${1_500_000_000 + at},"data":${attributes}`;
      return `{"user_id":"${at}",${line}}`;
    }),
  );
  const before = (await app.get('/customers?per_page=10000')).body;
  for (const form of ['', 'delimiter=;&encoding=windows-1252', 'delimiter=tab&encoding=utf-16le', 'for=programs']) {
    const { rawPayload } = await app.get(`/exports/customers.csv?${form}`);
    const changes = form.includes('1252') ? { encoding: 'windows-1252', mapping: undefined } : undefined;
    const done = await imports.run(rawPayload, changes);
    const result = { rows: CUSTOMERS, created: 0, changed: 0, unchanged: CUSTOMERS, rejected: 0, damaged: 0 };
    expect(done).toMatchObject({ state: 'done', dry_run: result, result });
    expect((await app.get('/customers?per_page=10000')).body).toBe(before);
  }
  await app.close();
  folder.remove();
});
