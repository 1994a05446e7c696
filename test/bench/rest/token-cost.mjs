import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { medians } from '../figures.mjs';
import { ROSTER } from '../message-files.mjs';
import { MeasuredServer, ROOT, runToEnd } from '../processes.mjs';

const MAIN = join(ROOT, 'dist/server/main.js');

/**
 * Measures what a token costs a read: the same customers from an open server, and with a token from a closed one, in turns.
 * @param database path of a database that no server has open
 * @param load puts requests on a server and measures it
 * @returns the medians of both
 */
export async function tokenCost(database, env, ids, rounds, load) {
  const closed = `${database}.closed`;
  await cp(database, closed);
  const closedEnv = { ...env, DATABASE_URL: `file:${closed}` };
  const { printed } = await runToEnd(ROSTER, ['token', 'create', '--name', 'bench', '--permission', 'read'], closedEnv);
  const headers = { authorization: `Bearer ${printed.trim()}` };
  const servers = {
    open: [await MeasuredServer.start(MAIN, [], env), ids.map((id) => ({ path: `/customers/${id}` }))],
    token: [await MeasuredServer.start(MAIN, [], closedEnv), ids.map((id) => ({ path: `/customers/${id}`, headers }))],
  };
  try {
    const runs = { open: [], token: [] };
    for (const [server, requests] of Object.values(servers)) await load(server, requests);
    for (let round = 1; round <= rounds; round++) {
      for (const [who, [server, requests]] of Object.entries(servers)) runs[who].push(await load(server, requests));
    }
    return { open: medians(runs.open), token: medians(runs.token) };
  } finally {
    for (const [server] of Object.values(servers)) await server.stop();
  }
}
