// npm run bench: see docs/performance.md.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../../server/build/build.mjs';
import { benchCache } from './cache/bench.mjs';
import { printTargets } from './figures.mjs';
import { benchImports } from './imports/bench.mjs';
import { benchIngestion } from './ingest/bench.mjs';
import { benchLive } from './live/bench.mjs';
import { benchLoad } from './load/bench.mjs';
import { benchPostgres } from './postgres/bench.mjs';
import { benchRest } from './rest/bench.mjs';
import { benchTimeline } from './timeline/bench.mjs';

const USAGE =
  'npm run bench -- [--size S|M|L] [--rounds N] [--only ingest|rest|postgres|cache|load|live|imports|timeline] [--dir FOLDER] [--json FILE]\n' +
  '  with --only load or live also [--seconds N], with load [--wait N] [--loads PART_OF_NAME]';
const HERE = fileURLToPath(new URL('.', import.meta.url));

function readOptions() {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'M' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      dir: { type: 'string', default: join(tmpdir(), 'roster-bench') },
      json: { type: 'string' },
      seconds: { type: 'string', default: '20' },
      wait: { type: 'string', default: '60' },
      loads: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds);
  const valid =
    ['S', 'M', 'L'].includes(values.size) &&
    Number.isSafeInteger(rounds) &&
    rounds > 0 &&
    Number(values.seconds) > 0 &&
    Number(values.wait) >= 0 &&
    [undefined, 'ingest', 'rest', 'postgres', 'cache', 'load', 'live', 'imports', 'timeline'].includes(values.only);
  if (!valid) throw new Error(USAGE);
  const load = { seconds: Number(values.seconds), wait: Number(values.wait), loads: values.loads };
  return { folder: values.dir, size: values.size, rounds, only: values.only, json: values.json, load };
}

/** Installs the peers. They have a manifest of their own, so that a normal installation does not include them. */
function installPeers() {
  if (existsSync(join(HERE, 'node_modules'))) return;
  const { status } = spawnSync('npm', ['ci', '--prefix', HERE], { stdio: ['ignore', 2, 2], shell: true });
  if (status !== 0) throw new Error('The peers of the benchmark could not be installed.');
}

const { json, only, load: loadOptions, ...options } = readOptions();
if (!['postgres', 'cache', 'load', 'live', 'imports', 'timeline'].includes(only)) installPeers();
await build('server');
console.log(`Node ${process.version}, ${availableParallelism()} cores`);
const runs = (name) => only === undefined || only === name;
const ingestion = runs('ingest') ? await benchIngestion(options) : undefined;
const rest = runs('rest') ? await benchRest(options) : undefined;
const postgres = runs('postgres') ? await benchPostgres(options) : undefined;
const cache = runs('cache') ? await benchCache(options) : undefined;
const load = runs('load') ? await benchLoad({ ...options, ...loadOptions }) : undefined;
const live = runs('live') ? await benchLive({ ...options, seconds: loadOptions.seconds }) : undefined;
const imports = runs('imports') ? await benchImports(options) : undefined;
const timeline = runs('timeline') ? await benchTimeline(options) : undefined;
if (only !== 'cache')
  printTargets([ingestion, rest, postgres, load, live, imports, timeline].flatMap((result) => result?.targets ?? []));
if (json) {
  const about = { node: process.version, cores: availableParallelism(), size: options.size, rounds: options.rounds };
  await writeFile(
    json,
    `${JSON.stringify({ ...about, ingestion, rest, postgres, cache, load, live, imports, timeline }, undefined, 2)}\n`,
  );
}
