import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { printTable, whole } from '../figures.mjs';
import { ROOT, runToEnd } from '../processes.mjs';

const ROWS = { S: 100_000, M: 1_000_000, L: 1_000_000 };
const CITIES = ['Berlin', 'Bern', 'Kiew', 'Köln', 'Oslo', 'Rome'];
const ROSTER = join(ROOT, 'dist/server/cli.js');
const MOST_MB = 512;

/** Tries a sheet, imports it, tries and imports it again: the last two find nothing new. */
export async function benchImports({ folder, size }) {
  const fresh = await mkdtemp(join(folder, 'imports-'));
  const sheet = join(fresh, 'sheet.csv');
  const env = { DATABASE_URL: `file:${join(fresh, 'roster.db')}`, LOG_LEVEL: 'error' };
  try {
    await pipeline(Readable.from(rows(ROWS[size])), createWriteStream(sheet));
    const results = [];
    const run = async (name, ...options) => {
      const before = await sum(env);
      const { cpuSeconds, peakMb, wallSeconds, printed } = await runToEnd(
        ROSTER,
        ['import', sheet, '--json', ...options],
        env,
      );
      const { created, changed, unchanged, rejected } = JSON.parse(printed);
      if (before && options.includes('--dry-run') && (await sum(env)) !== before)
        throw new Error('A dry run has changed the database.');
      results.push({ name, created, changed, unchanged, rejected, cpuSeconds, wallSeconds, peakMb });
    };
    await run('dry run, new customers', '--dry-run');
    await run('import, new customers');
    await run('dry run, nothing new', '--dry-run');
    await run('import, nothing new');
    printTable(
      `A sheet of ${whole(ROWS[size])} rows`,
      ['run', 'created', 'unchanged', 'CPU s', 'wall s', 'peak MB'],
      results.map((one) => [
        one.name,
        whole(one.created),
        whole(one.unchanged),
        one.cpuSeconds.toFixed(1),
        one.wallSeconds.toFixed(1),
        whole(one.peakMb),
      ]),
    );
    const peakMb = Math.max(...results.map((one) => one.peakMb));
    const what = `Peak memory of an import of ${whole(ROWS[size])} rows`;
    const target = { what, target: `${MOST_MB} MB`, measured: `${whole(peakMb)} MB`, met: peakMb < MOST_MB };
    return { results, targets: [target] };
  } finally {
    await rm(fresh, { recursive: true });
  }
}

/** The hash of all records, identities, history and log; empty without a database. */
async function sum(env) {
  const { printed } = await runToEnd(ROSTER, ['check', '--sum'], env).catch(() => ({ printed: '' }));
  return printed;
}

function* rows(count) {
  let text = 'id,name,email,city,age,plan\n';
  for (let at = 1; at <= count; at++) {
    text += `${at},Customer ${at},customer${at}@example.com,${CITIES[at % CITIES.length]},${at % 90},${at % 7 ? 'free' : 'pro'}\n`;
    if (at % 1_000 !== 0) continue;
    yield text;
    text = '';
  }
  yield text;
}
