import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { median } from '../figures.mjs';
import { databaseOfAMillion } from '../message-files.mjs';
import { MeasuredServer, ROOT } from '../processes.mjs';

const FIRST = '/customers?page=1&per_page=25';
const DEEP = '/customers?page=40000&per_page=25';
const WARM_UP = 50;
const SAMPLES = 300;

/** Measures the first and the last page of a million customers, in turns. @returns ms */
export async function pagesOfAMillion(folder) {
  const fresh = await mkdtemp(join(folder, 'run-'));
  let server;
  try {
    // Works on a copy, so that the cached database stays unchanged.
    const database = join(fresh, 'roster.db');
    await copyFile(await databaseOfAMillion(folder), database);
    const env = { DATABASE_URL: `file:${database}`, DATA_DIR: fresh, PORT: '0', LOG_LEVEL: 'error' };
    server = await MeasuredServer.start(join(ROOT, 'dist/server/main.js'), [], env);
    const { customers } = await (await fetch(server.url + DEEP)).json();
    if (customers.at(-1)?.id !== 1_000_000) throw new Error('Page 40 000 is not the last of a million customers.');
    const milliseconds = { [FIRST]: [], [DEEP]: [] };
    for (let round = 0; round < WARM_UP + SAMPLES; round++) {
      for (const path of [FIRST, DEEP]) {
        const started = performance.now();
        await (await fetch(server.url + path)).arrayBuffer();
        if (round >= WARM_UP) milliseconds[path].push(performance.now() - started);
      }
    }
    return { firstMs: median(milliseconds[FIRST]), deepMs: median(milliseconds[DEEP]) };
  } finally {
    await server?.stop();
    await rm(fresh, { recursive: true });
  }
}
