import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REJECT_REASONS, type RejectReason } from '../../server/domain/message/message.js';
import { openFile } from '../../server/ingestion/sources/source.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { allCustomers, ingestorOf } from '../support/messages.js';
import { viewsOf } from '../support/rejects.js';
import { wireId } from '../../server/domain/customer/customer-id.js';

const FIXTURES = join(__dirname, '../fixtures');
const SCENARIOS = readdirSync(join(FIXTURES, 'ok')).filter((name) => !name.endsWith('.expected.json'));
const DEFECTS = readdirSync(join(FIXTURES, 'rejected'));

const ingest = async (engine: Engine, path: string) => {
  const source = await openFile(join(FIXTURES, path));
  return ingestorOf(engine).run(source, await engine.ingestions.begin(source), () => undefined);
};

describe.each(ENGINES)('fixtures on %s', (_name, open) => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await open();
  });
  afterEach(() => engine.close());

  it.each(SCENARIOS)('ok/%s', async (name) => {
    const { counts } = await ingest(engine, `ok/${name}`);
    expect(counts.rejected).toEqual({});
    const expected: unknown = JSON.parse(
      readFileSync(join(FIXTURES, 'ok', `${name.split('.')[0]}.expected.json`), 'utf8'),
    );
    const customers = (await allCustomers(engine.customers)) as { id: string }[];
    expect(customers.map((customer) => ({ ...customer, id: wireId(customer.id) }))).toEqual(expected);
  });
});

describe.each(ENGINES)('fixtures on %s', (_name, open) => {
  let engine: Engine;
  // A file that is rejected as a whole leaves no customer.
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  it.each(DEFECTS)('rejected/%s', async (name) => {
    const { id, counts } = await ingest(engine, `rejected/${name}`);
    const reason = name.split('.')[0] as RejectReason;
    expect(counts).toMatchObject({ rejected: { [reason]: 1 }, events: 0, attributes: 0, anonymous: 0 });
    expect(counts.lines).toBe(counts.blank + 1);
    const rejects = await viewsOf(engine.ingestions.rejects(id));
    expect(rejects).toMatchObject([{ reason, line: counts.lines, offset: counts.blank }]);
    expect(rejects[0].hint).toMatch(/^.{5,299}\.$/s);
    expect(await allCustomers(engine.customers)).toEqual([]);
  });
});

it('there is a fixture for every reason', () => {
  expect(new Set(DEFECTS.map((name) => name.split('.')[0]))).toEqual(new Set(REJECT_REASONS));
});
