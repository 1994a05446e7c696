import type { KnownCustomer } from '../../server/domain/customer/customer-change.js';
import type { CustomerRepository } from '../../server/domain/customer/customer-repository.js';
import { deleteCustomer } from '../../server/domain/customer/edit.js';
import { WEB_ADMIN } from '../../server/domain/actor.js';
import { outcomeCounts, type ImportRow, type RowOutcome } from '../../server/domain/import/accept-rows.js';
import { noCounts, type Checkpoint, type Ingestion } from '../../server/domain/ingestion/ingestion.js';
import { packEntry } from '../../server/domain/log/packed-entries.js';
import type { Identity } from '../../server/domain/message/message-identity.js';
import { unpackIdentity } from '../../server/domain/message/message-identity.js';
import { packIdentities } from '../../server/domain/customer/packed-identities.js';
import { ENGINES, type Engine } from '../support/engine.js';

const TIME = 1_700_000_000_000;

/** A row that sets the attribute `city`, or changes nothing if the customer has that city. */
function row(number: number, userId: string, city: string, hasTime = false): ImportRow {
  const identity = hasTime ? undefined : identityOf(number);
  const value = JSON.stringify(city);
  return {
    userId,
    identity,
    plan: ({ stored }: KnownCustomer) => {
      if (stored && (JSON.parse(stored.attributes) as { city?: string }).city === city)
        return { kind: 'unchanged', damaged: [] };
      return {
        kind: 'message',
        identity: identity ?? identityOf(city.length),
        effect: { type: 'attributes', timestamp: TIME, changes: [{ name: 'city', value }] },
        entry: () =>
          packEntry({
            ...{ kind: 'attributes', time: TIME, id: `row ${number}`, name: undefined },
            data: Buffer.from(`{"city":${value}}`),
            source: { kind: 'import', ingestion: 1, row: number },
            ...{ keepsEmptyText: false, isStampedHere: true },
          }),
        differences: [{ column: 'City', attribute: 'city', before: null, after: value }],
        damaged: [],
      };
    },
  };
}

function identityOf(number: number): Identity {
  return unpackIdentity(7, 7, 7, number);
}

describe.each(ENGINES)('rows of an import in %s', (_, open) => {
  let engine: Engine;
  let customers: CustomerRepository;
  let ingestion: Ingestion;

  beforeEach(async () => {
    engine = await open();
    ({ customers } = engine);
    ingestion = await engine.ingestions.begin({
      ...{ name: 'sheet.csv', path: 'import:1', size: 10, fingerprint: 'spool' },
    });
  });
  afterEach(() => engine.close());

  const checkpoint = (rows: readonly ImportRow[]): Checkpoint => ({
    ingestionId: ingestion.id,
    counts: { ...noCounts(), lines: rows.length, bytes: 5, sheet: { created: 1, damaged: 2 } },
    rejects: [],
  });
  const accept = (...rows: ImportRow[]): Promise<readonly RowOutcome[]> =>
    customers.acceptRows(rows, () => checkpoint(rows), ingestion.id);
  const kinds = (outcomes: readonly RowOutcome[]): string[] => outcomes.map(({ kind }) => kind);
  const attributesOf = async (id: string): Promise<unknown> =>
    JSON.parse((await customers.get(id))?.attributes ?? 'null');

  it('are applied in their order, and counted with their ingestion', async () => {
    const outcomes = await accept(row(1, '7', 'Rome'), row(2, 'b', 'Bern'), row(3, '7', 'Köln'), row(4, 'b', 'Bern'));
    expect(kinds(outcomes)).toEqual(['created', 'created', 'changed', 'unchanged']);
    expect(await attributesOf('7')).toEqual({ city: 'Köln' });
    expect(await attributesOf('b')).toEqual({ city: 'Bern' });
    await accept(row(5, 'b', 'Kiew'));
    expect((await engine.ingestions.find(ingestion.id))?.counts).toMatchObject({
      ...{ lines: 5, bytes: 10, attributes: 4, duplicates: 1, customers: 2, sheet: { created: 2, damaged: 4 } },
    });
    const log = await engine.log.messages('7', { limit: 10 });
    expect(log.map(({ source }) => source)).toEqual([
      { kind: 'import', ingestion: 1, row: 3 },
      { kind: 'import', ingestion: 1, row: 1 },
    ]);
    expect((await engine.check?.run())?.filter(({ differences }) => differences > 0)).toEqual(engine.check && []);
  });

  it('are applied once', async () => {
    await accept(row(1, '7', 'Rome'));
    await accept(row(2, '7', 'Bern'));
    expect(kinds(await accept(row(1, '7', 'Rome')))).toEqual(['unchanged']);
    expect(await attributesOf('7')).toEqual({ city: 'Bern' });
  });

  it('may have identities that follow from their messages', async () => {
    expect(kinds(await accept(row(1, '7', 'Rome', true)))).toEqual(['created']);
    expect(kinds(await accept(row(2, '7', 'Bern', true)))).toEqual(['unchanged']);
    expect(await attributesOf('7')).toEqual({ city: 'Rome' });
  });

  it('leave customers alone whose rows are all rejected or equal', async () => {
    await accept(row(1, '7', 'Rome'));
    const before = await customers.get('7');
    const rejected: ImportRow = {
      userId: 'c',
      identity: identityOf(9),
      plan: () => ({ kind: 'rejected', reason: 'invalid_number', column: 'Age', message: 'No number.' }),
    };
    expect(kinds(await accept(row(2, '7', 'Rome'), rejected))).toEqual(['unchanged', 'rejected']);
    expect(await customers.get('7')).toEqual(before);
    expect(await customers.get('c')).toBeUndefined();
    expect(await engine.kept.record('c')).toMatchObject({ stored: undefined, deletedAt: undefined });
  });

  it('find what a look at their customers has found', async () => {
    await accept(row(1, '7', 'Rome'), row(2, 'gone', 'Rome'));
    const note = { actor: WEB_ADMIN, action: 'updated' } as const;
    await customers.change('gone', (state) => deleteCustomer(state, TIME + 5), note);
    const wanted = packIdentities([identityOf(1), identityOf(2)]);
    const found = await customers.look(['7', 'gone', 'unknown'], () => wanted);
    expect(found.map(({ known }) => known.id)).toEqual(['7', 'gone', 'unknown']);
    expect(found.map(({ known }) => known.stored?.attributes)).toEqual(['{"city":"Rome"}', undefined, undefined]);
    expect(found.map(({ known }) => known.deletedAt)).toEqual([undefined, TIME + 5, undefined]);
    expect(found.map(({ has }) => [has(identityOf(1)), has(identityOf(2))])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });

  it('sum up to the counts of messages', () => {
    const reject = { kind: 'rejected', column: undefined, message: '' } as const;
    const rows = [
      { ...reject, reason: 'stale' },
      { ...reject, reason: 'suppressed' },
      { ...reject, reason: 'invalid_json' },
    ] as const;
    expect(outcomeCounts(rows)).toEqual({ events: 0, attributes: 0, duplicates: 0, stale: 1, suppressed: 1 });
  });
});
