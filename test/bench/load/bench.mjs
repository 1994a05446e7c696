import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { printTable, whole } from '../figures.mjs';
import { messageFile, ROSTER } from '../message-files.mjs';
import { indexed, MeasuredServer, ROOT, runToEnd } from '../processes.mjs';
import { LOADS, USER } from './clients.mjs';

const SECOND = 1_000;
const KIB_PER_MB = 1_024;
const PROBE_MS = 20;
const WATCH_MS = 50;
/** A server that takes more memory is killed, so that the machine stays usable. */
const KILLED_AT_MB = 4_096;
const MOST_MB = 512;
const P99_MS = 250;
const LONGEST_MS = 1_000;
const MOST_GROWTH = 1.3;

/**
 * Puts each load of the contract on a server of its own, twice. Measures the peak of its memory, another client beside the load, and the memory
 * a minute after the second round by that after the first.
 */
export async function benchLoad({ folder, seconds, wait, loads }) {
  const source = await messageFile(folder, 'quarter');
  const fresh = await mkdtemp(join(folder, 'run-'));
  try {
    const database = join(fresh, 'roster.db');
    await runToEnd(ROSTER, ['ingest', '--json', source.file], { DATABASE_URL: `file:${database}` });
    const results = {};
    let isIndexed = false;
    for (const [name, load] of Object.entries(LOADS).filter(([name]) => name.includes(loads ?? ''))) {
      if (!isIndexed) await prepare(database);
      isIndexed = true;
      const copy = await mkdtemp(join(fresh, 'load-'));
      await cp(database, join(copy, 'roster.db'));
      results[name] = await measure(copy, load, seconds, wait);
      console.error(`${name}: ${JSON.stringify(results[name])}`);
      await rm(copy, { recursive: true });
    }
    const targets = print(results, seconds, wait);
    return { seconds, wait, results, targets };
  } finally {
    await rm(fresh, { recursive: true });
  }
}

function start(folder) {
  const env = { DATABASE_URL: `file:${join(folder, 'roster.db')}`, DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'fatal' };
  return MeasuredServer.start(join(ROOT, 'dist/server/main.js'), [], env);
}

/** Makes the database ready: with a user who can log in, open, and indexed. */
async function prepare(database) {
  const env = { DATABASE_URL: `file:${database}` };
  const { printed } = await runToEnd(ROSTER, ['user', 'invite', USER.email, '--name', 'Load'], env);
  const server = await start(join(database, '..'));
  const [, code] = printed.trim().split('#');
  const answer = await fetch(`${server.url}/codes/use`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, password: USER.password }),
  });
  if (!answer.ok) throw new Error(`The user of the load has no password: ${await answer.text()}`);
  // The other loads need no login.
  await runToEnd(ROSTER, ['access', 'open'], env);
  await indexed(server.url);
  await server.stop();
}

async function measure(folder, load, seconds, wait) {
  const server = await start(folder);
  const { child, url } = server;
  let peakMb = 0;
  const watch = setInterval(async () => {
    peakMb = Math.max(peakMb, await memoryOf(child.pid));
    if (peakMb > KILLED_AT_MB) child.kill('SIGKILL');
  }, WATCH_MS);
  try {
    const before = await memoryOf(child.pid);
    const probe = new Probe(url);
    const after = [];
    for (let round = 0; round < 2 && child.signalCode === null; round++) {
      await load(url, seconds).catch((error) => console.error(`A client failed: ${error.message}`));
      await sleep(wait * SECOND);
      after.push(await memoryOf(child.pid));
    }
    const times = await probe.end();
    if (child.signalCode !== null) return { before, peakMb, ...times, longest: Infinity, after: [NaN, NaN] };
    return { before, peakMb: (await server.usage()).peakMb, ...times, after };
  } finally {
    clearInterval(watch);
    await server.stop();
  }
}

/** Resident memory of a process, in MB; 0 when it has ended. */
async function memoryOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / KIB_PER_MB;
}

/** A client that asks for one customer, again and again. */
class Probe {
  constructor(url) {
    this.url = `${url}/customers/1`;
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.times = [];
    this.failed = 0;
    this.isOver = false;
    this.running = this.run();
  }

  async run() {
    while (!this.isOver) {
      const begun = performance.now();
      const isAnswered = await this.ask();
      if (!isAnswered) this.failed++;
      this.times.push(performance.now() - begun);
      await sleep(PROBE_MS);
    }
  }

  ask() {
    return new Promise((resolve) => {
      get(this.url, { agent: this.agent }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode === 200));
      }).once('error', () => resolve(false));
    });
  }

  /** @returns times in ms */
  async end() {
    this.isOver = true;
    await this.running;
    this.agent.destroy();
    const sorted = this.times.sort((a, b) => a - b);
    return { p99: sorted[Math.floor(sorted.length * 0.99)], longest: sorted.at(-1), failed: this.failed };
  }
}

function print(results, seconds, wait) {
  printTable(
    `Load: 50 000 customers, two rounds of ${seconds} s, each with ${wait} s after it`,
    ['load', 'MB before', 'peak MB', 'p99 ms', 'longest ms', 'failed', 'MB after first', 'MB after second', 'growth'],
    Object.entries(results).map(
      ([
        name,
        {
          before,
          peakMb,
          p99,
          longest,
          failed,
          after: [first, second],
        },
      ]) => [name, ...[before, peakMb, p99, longest, failed, first, second].map(whole), (second / first).toFixed(2)],
    ),
  );
  return Object.entries(results).flatMap(
    ([
      name,
      {
        peakMb,
        p99,
        longest,
        after: [first, second],
      },
    ]) => [
      target(`${name}: peak of memory`, MOST_MB, peakMb, 'MB'),
      target(`${name}: p99 of GET /customers/1`, P99_MS, p99, 'ms'),
      target(`${name}: longest GET /customers/1`, LONGEST_MS, longest, 'ms'),
      {
        what: `${name}: growth`,
        target: `≤ ${MOST_GROWTH}`,
        measured: (second / first).toFixed(2),
        met: second / first <= MOST_GROWTH,
      },
    ],
  );
}

function target(what, most, measured, unit) {
  return { what, target: `< ${most} ${unit}`, measured: `${whole(measured)} ${unit}`, met: measured < most };
}
