import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { medians, printTable, whole } from '../figures.mjs';
import { messageFile, ROSTER } from '../message-files.mjs';
import { MeasuredServer, ROOT, runToEnd } from '../processes.mjs';

const PLAIN_LOOP = 'plain Node loop';
const DUCKDB = 'DuckDB, 2 threads';
const ROSTER_DURABLE = 'Roster, durable';
const FLAT = 1.25;
const MOST_MB = 600;
const FASTER_THAN_THE_LOOP = 7;

const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The programs that are compared. Each runs in a process of its own and prints its counts. */
const CONTENDERS = {
  [PLAIN_LOOP]: ({ file }) => runToEnd(script('plain-loop.mjs'), [file]),
  [DUCKDB]: ({ file }) => runToEnd(script('duckdb.mjs'), [file]),
  [ROSTER_DURABLE]: ({ file }, database) => ingest(file, database),
};

/** Roster as a person runs it, into a database that does not exist yet. */
async function ingest(file, database) {
  const usage = await runToEnd(ROSTER, ['ingest', '--json', file], { DATABASE_URL: `file:${database}` });
  return { ...usage, printed: (await runToEnd(script('count-roster.mjs'), [database])).printed, report: usage.printed };
}

/** Runs the three programs in turns; prints and returns medians, ratios and targets. */
export async function benchIngestion({ folder, size, rounds }) {
  const source = await messageFile(folder, size);
  const runs = Object.fromEntries(Object.keys(CONTENDERS).map((name) => [name, []]));
  let counts;
  for (let round = 1; round <= rounds; round++) {
    await inFreshFolder(folder, async (fresh) => {
      const database = join(fresh, 'roster.db');
      for (const [name, run] of Object.entries(CONTENDERS)) {
        const { wallSeconds, cpuSeconds, peakMb, printed, report } = await run(source, database);
        const reported = report === undefined ? {} : { reportedSeconds: JSON.parse(report).seconds };
        runs[name].push({ wallSeconds, cpuSeconds, peakMb, ...reported });
        counts ??= printed;
        if (printed !== counts) throw new Error(`${name} counted ${printed}, the first of them ${counts}`);
        console.error(`round ${round} of ${rounds}: ${name} ${wallSeconds.toFixed(2)} s`);
      }
      if (round === rounds) await verify(database, source, fresh);
    });
  }
  const results = Object.fromEntries(Object.entries(runs).map(([name, list]) => [name, medians(list)]));
  const peaks = size === 'L' ? await peakOfAQuarter(folder, results[ROSTER_DURABLE].peakMb) : undefined;
  const targets = targetsOf(results, peaks);
  print(source, rounds, results, JSON.parse(counts), peaks);
  return { lines: source.lines, rounds, counts: JSON.parse(counts), results, peaks, targets };
}

/** Compares every value of every customer, because counts alone would not show a wrong value. */
async function verify(database, { expected }, fresh) {
  const env = { DATABASE_URL: `file:${database}`, DATA_DIR: fresh, PORT: '0', LOG_LEVEL: 'error' };
  const server = await MeasuredServer.start(join(ROOT, 'dist/server/main.js'), [], env);
  try {
    await runToEnd(ROSTER, ['verify', '--verify-file', expected, '--server-addr', server.url]);
  } finally {
    await server.stop();
  }
}

async function peakOfAQuarter(folder, whole) {
  const { file, lines } = await messageFile(folder, 'quarter');
  return inFreshFolder(folder, async (fresh) => {
    const { peakMb } = await ingest(file, join(fresh, 'roster.db'));
    return { quarterLines: lines, quarterMb: peakMb, wholeMb: whole };
  });
}

async function inFreshFolder(folder, work) {
  const fresh = await mkdtemp(join(folder, 'run-'));
  try {
    return await work(fresh);
  } finally {
    await rm(fresh, { recursive: true });
  }
}

function targetsOf(results, peaks) {
  const roster = results[ROSTER_DURABLE];
  const toLoop = results[PLAIN_LOOP].wallSeconds / roster.wallSeconds;
  const toDuckdb = roster.wallSeconds / results[DUCKDB].wallSeconds;
  const targets = [
    {
      what: 'Roster against the plain loop, wall clock',
      target: `>= ${FASTER_THAN_THE_LOOP} x as fast`,
      measured: `${toLoop.toFixed(2)} x`,
      met: toLoop >= FASTER_THAN_THE_LOOP,
    },
    {
      what: 'Roster against DuckDB in memory, wall clock',
      target: '<= 1 x its time',
      measured: `${toDuckdb.toFixed(2)} x`,
      met: toDuckdb <= 1,
    },
    {
      what: 'Peak memory of Roster',
      target: `< ${MOST_MB} MB`,
      measured: `${whole(roster.peakMb)} MB`,
      met: roster.peakMb < MOST_MB,
    },
  ];
  if (!peaks) return targets;
  const growth = peaks.wholeMb / peaks.quarterMb;
  return [
    ...targets,
    {
      what: 'Peak memory, 4 million lines against 1 million',
      target: `<= ${FLAT} x (flat)`,
      measured: `${growth.toFixed(2)} x`,
      met: growth <= FLAT,
    },
  ];
}

function print({ lines }, rounds, results, counts, peaks) {
  const { wallSeconds: rosterSeconds } = results[ROSTER_DURABLE];
  printTable(
    `Ingestion of ${whole(lines)} lines, medians of ${rounds} rounds`,
    ['', 'wall s', 'CPU s', 'peak MB', 'lines/s', "Roster's time is"],
    Object.entries(results).map(([name, { wallSeconds, cpuSeconds, peakMb }]) => [
      name,
      wallSeconds.toFixed(2),
      cpuSeconds.toFixed(2),
      whole(peakMb),
      whole(lines / wallSeconds),
      `${(rosterSeconds / wallSeconds).toFixed(2)} x`,
    ]),
  );
  const { reportedSeconds } = results[ROSTER_DURABLE];
  console.log(`\n  Roster's own report: ${reportedSeconds.toFixed(2)} s.`);
  console.log(
    `  All three counted ${whole(counts.customers)} customers, ${whole(counts.events)} distinct events of ` +
      `${whole(counts.eventNames)} (customer, name) pairs, ${whole(counts.attributes)} (customer, attribute) pairs.`,
  );
  console.log("  Roster's records are the expected summary, value by value.");
  if (peaks) {
    const { quarterLines, quarterMb, wholeMb } = peaks;
    console.log(
      `  Peak memory of Roster: ${whole(quarterMb)} MB for ${whole(quarterLines)} lines, ${whole(wholeMb)} MB for ${whole(lines)}.`,
    );
  }
}
