import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLine } from '../../server/ingestion/scanning/parse-line.js';

const DATA = readFileSync(join(__dirname, '../../data/messages.1.data'), 'utf8');
/** The day on which the data was made, in seconds since the Unix epoch. */
const MADE = Date.UTC(2026, 10, 28) / 1000;

interface Message {
  readonly id: string;
  readonly type: string;
  readonly user_id?: string;
  readonly name?: string;
  readonly timestamp: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const lines = DATA.trimEnd().split('\n');
const messages = [...new Map(lines.map((line) => JSON.parse(line) as Message).map((one) => [one.id, one])).values()];
const customers = new Map<string, Message[]>();
for (const message of messages) {
  if (message.user_id === undefined) continue;
  customers.set(message.user_id, [...(customers.get(message.user_id) ?? []), message]);
}

const amounts = (list: readonly Message[], name: string, member: string): number =>
  list.filter((message) => message.name === name).reduce((sum, { data }) => sum + Number(data[member]), 0);

const latest = (list: readonly Message[], attribute: string): unknown =>
  list
    .filter(({ type, data }) => type === 'attributes' && attribute in data)
    .reduce((a, b) => (b.timestamp >= a.timestamp ? b : a)).data[attribute];

describe('the demo data', () => {
  it('is what its script writes', () => {
    const script = join(__dirname, '../demo/write-demo.mjs');
    const { status, stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8', maxBuffer: 10_000_000 });
    expect(status).toBe(0);
    expect(stdout).toBe(DATA);
  });

  it('is small, valid, and has months of messages up to the day it was made, none later', () => {
    expect(DATA.length).toBeLessThan(3_000_000);
    const kinds = new Set(lines.map((line) => parseLine(Buffer.from(line), false, MADE * 1000).kind));
    expect(kinds).toEqual(new Set(['message', 'anonymous']));
    const times = messages.map(({ timestamp }) => timestamp);
    expect(Math.max(...times)).toBeGreaterThan(MADE);
    expect(Math.max(...times)).toBeLessThan(MADE + 86_400);
    expect(Math.min(...times)).toBeLessThan(MADE - 200 * 86_400);
  });

  it('has some hundred customers, with few and with many messages, some of them late or sent twice', () => {
    expect(customers.size).toBe(320);
    const counts = [...customers.values()].map((list) => list.length);
    expect(Math.min(...counts)).toBeLessThan(4);
    expect(Math.max(...counts)).toBeGreaterThan(100);
    expect(lines.length).toBeGreaterThan(messages.length);
    expect(messages.some(({ timestamp }, at) => at > 0 && timestamp < messages[at - 1].timestamp)).toBe(true);
  });

  it('names people in eight scripts, all at example domains', () => {
    for (const script of ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Han', 'Hangul'])
      expect(DATA).toMatch(new RegExp(`"last_name":"\\p{Script=${script}}`, 'u'));
    const emails = [...customers.values()].map((list) => String(latest(list, 'email')));
    expect(new Set(emails).size).toBe(customers.size);
    expect(emails.filter((email) => !/^[a-z.\d]+@(?:mail\.)?example\.(?:com|org|net)$/.test(email))).toEqual([]);
  });

  it('sums up what each customer bought, less what was paid back', () => {
    for (const list of customers.values()) {
      const sum = amounts(list, 'purchase', 'total') - amounts(list, 'refund', 'amount');
      expect(latest(list, 'lifetime_value')).toBeCloseTo(sum, 2);
    }
  });
});
