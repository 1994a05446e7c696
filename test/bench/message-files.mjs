import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ROOT, runToEnd } from './processes.mjs';

export const ROSTER = join(ROOT, 'server/roster.mjs');

/** Options of `roster generate` for each size. The number of lines is a little more than twice the events. */
const SIZES = {
  S: { customers: 20, events: 500 },
  M: { customers: 10_000, events: 290_000 },
  L: { customers: 50_000, events: 1_900_000 },
  /** For the peak of memory: as many customers as L, and a quarter of its lines. */
  quarter: { customers: 50_000, events: 450_000 },
};
const MILLION = 1_000_000;

/**
 * Returns a file of messages with its expected summary. Generates it unless the folder has it.
 * @param {keyof typeof SIZES} size
 */
export async function messageFile(folder, size) {
  const { customers, events } = SIZES[size];
  const file = join(folder, `${size}.jsonl`);
  const expected = join(folder, `${size}.verify.csv`);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    // The file gets its final name when it is complete.
    const flags = {
      out: `${file}.part`,
      verify: expected,
      seed: 1,
      count: customers,
      events,
      attrs: 20,
      maxevents: 500,
    };
    await runToEnd(ROSTER, [
      'generate',
      ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, `${value}`]),
    ]);
    await rename(`${file}.part`, file);
  }
  return { file, expected, lines: await countLines(file), customers };
}

/** Returns a database of a million customers, each with the attributes of one message. */
export async function databaseOfAMillion(folder) {
  const database = join(folder, 'million.db');
  if (existsSync(database)) return database;
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'million.jsonl');
  await pipeline(Readable.from(millionLines()), createWriteStream(file));
  await runToEnd(ROSTER, ['ingest', '--json', file], { DATABASE_URL: `file:${database}.part` });
  await rename(`${database}.part`, database);
  return database;
}

function* millionLines() {
  let text = '';
  for (let id = 1; id <= MILLION; id++) {
    const data = {
      email: `person${id}@example.com`,
      first_name: `Person ${id}`,
      created_at: '1542474417',
      plan: 'basic',
    };
    text += `${JSON.stringify({ id: `m-${id}`, type: 'attributes', user_id: `${id}`, timestamp: 1_560_000_000, data })}\n`;
    if (id % 1000 === 0) {
      yield text;
      text = '';
    }
  }
}

async function countLines(file) {
  const LINE_FEED = 10;
  let lines = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines++;
  }
  return lines;
}
