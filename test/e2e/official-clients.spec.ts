import type { Browser } from 'playwright-core';
import { CLIENTS, scenarioOf, type ClientCall, type ClientName, type Scenario } from '../support/client-calls.js';
import { closePages, openBrowser } from '../support/browser.js';
import { ENGINES } from '../support/engine.js';
import { FaultyProxy, type Forwarded } from '../support/faulty-proxy.js';
import { parseTagged, type Tagged } from '../support/naive-lines.js';
import type { NaiveRecord } from '../support/naive-model.js';
import { installClients, sendByClients, type ClientTask } from '../support/official-clients.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { sendByPage, type Delivery, type ScriptName } from '../support/snippet-page.js';
import { until } from '../support/until.js';

const SEED = 20_261_128;
const MS_PER_S = 1_000;
/** Installing the clients takes seconds, and is done once. */
jest.setTimeout(180_000);

/** A client, the calls that it makes, and its way to the server. */
interface Run {
  readonly scenario: Scenario;
  readonly proxy: FaultyProxy;
  readonly task: ClientTask;
  readonly source: number;
}

describe('the official clients, while answers are lost and requests refused,', () => {
  const runs = new Map<ClientName, Run>();
  const began = Date.now();
  let server: RestApp;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    const [[, open]] = ENGINES;
    // In this process: when the server reads a request whose answer is to be lost, the connection has ended, always.
    server = await startRestApp(await open());
    [url, browser] = await Promise.all([server.listen(), openBrowser(), installClients()]);
    for (const [at, client] of CLIENTS.entries()) runs.set(client, await prepare(client, SEED + at));
    const all = [...runs.values()];
    const inPages = [pageRuns('segment-browser'), pageRuns('customerio-browser')].flat();
    const tasks = all.map(({ task }) => task).filter(({ client }) => !client.endsWith('browser'));
    await Promise.all([sendByClients(tasks), ...inPages]);
  });
  afterAll(async () => {
    await Promise.all([...runs.values()].map(({ proxy }) => proxy.close()));
    await closePages(browser);
    await server.close();
  });

  const prepare = async (client: ClientName, seed: number): Promise<Run> => {
    // The script of Customer.io gives up a batch that fails.
    const proxy = await FaultyProxy.start(url, seed, client === 'customerio-browser' ? '/v1/b' : undefined);
    const kind = client.startsWith('customerio')
      ? 'customerio'
      : client.startsWith('rudder')
        ? 'rudderstack'
        : 'segment';
    const answer = await fetch(`${url}/sources`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source: { name: client, kind } }),
    });
    // Safe: docs/contract.md says so.
    const { source, key } = (await answer.json()) as { source: { id: number }; key: string };
    const scenario = scenarioOf(client, seed, began);
    return { scenario, proxy, task: { client, url: proxy.url, key, calls: scenario.calls }, source: source.id };
  };

  /** Makes one half of the calls one by one, the other half in batches, and those without a user on a page that never had one. */
  const pageRuns = (client: ScriptName): Promise<void>[] => {
    const { task, proxy } = runOf(client);
    const isAnonymous = ({ anonymousId }: ClientCall): boolean => anonymousId !== undefined;
    const known = task.calls.filter((call) => !isAnonymous(call));
    const pages: [Delivery, readonly ClientCall[]][] = [
      ['single', task.calls.filter(isAnonymous)],
      ['single', known.slice(0, known.length / 2)],
      ['batching', known.slice(known.length / 2)],
    ];
    return pages.map(([delivery, calls]) =>
      sendByPage(browser, client, { ...task, calls }, delivery, () =>
        until(async () => {
          const answered = new Set(proxy.forwarded.filter(({ isLost }) => !isLost).flatMap(idsOf));
          return calls.every(({ id = '' }) => answered.has(id));
        }),
      ),
    );
  };

  const runOf = (client: ClientName): Run => {
    const run = runs.get(client);
    if (!run) throw new Error(`${client} did not run`);
    return run;
  };

  it.each(CLIENTS)('%s: every customer is exact', async (client) => {
    const { scenario, proxy } = runOf(client);
    expect([proxy.lost, proxy.refused].every((count) => count > 0)).toBe(true);
    const served = await customersOf(url, client);
    // A call without a time happened when it arrived.
    const anyTime: unknown = expect.any(Number);
    const expected = scenario.customers.map((one) => ({
      ...one,
      lastUpdated: one.lastUpdated < began ? Math.floor(one.lastUpdated / MS_PER_S) : anyTime,
    }));
    expect(served).toEqual(expected);
  });

  it.each(CLIENTS)('%s: its source counts every call that arrived', async (client) => {
    const { scenario, proxy, source } = runOf(client);
    const answer = await fetch(`${url}/sources/${source}`);
    const { week } = ((await answer.json()) as { source: { week: object } }).source;
    expect(week).toEqual({ ...countsOf(client, proxy.forwarded, scenario), stale: 0 });
  });
});

/** The customers of a client, in the order of their ids. Numbers are as they were written. */
async function customersOf(url: string, client: ClientName): Promise<NaiveRecord[]> {
  const answer = await fetch(`${url}/customers?per_page=10000`);
  // Safe: docs/contract.md says so.
  const { scustomers } = parseTagged(await answer.text()) as unknown as {
    scustomers: {
      sid: string;
      sattributes: Record<string, Tagged>;
      sevents: Record<string, string>;
      slast_updated: string;
    }[];
  };
  return scustomers
    .map(({ sid, sattributes, sevents, slast_updated }) => ({
      id: sid.slice(1),
      attributes: Object.entries(sattributes).map(([name, value]) => [name.slice(1), value] as const),
      events: Object.entries(sevents).map(([name, count]) => [name.slice(1), Number(count.slice(1))] as const),
      lastUpdated: Number(slast_updated.slice(1)),
    }))
    .filter(({ id }) => id.startsWith(`${client} `));
}

interface Item {
  readonly messageId?: string;
  readonly id?: string;
  readonly device?: { readonly id: string };
  readonly context?: { readonly call?: string };
}

/** The calls in a request. */
function itemsOf({ text }: Forwarded): readonly Item[] {
  // Safe: the clients send objects.
  const body = JSON.parse(text) as Item & { readonly batch?: readonly Item[] };
  return body.batch ?? [body];
}

function idsOf(request: Forwarded): string[] {
  return itemsOf(request).map(
    ({ messageId, id, device, context }) => context?.call ?? messageId ?? id ?? device?.id ?? '',
  );
}

/** What becomes of calls, request by request. A request whose answer was lost is made again. */
function countsOf(client: ClientName, forwarded: readonly Forwarded[], { others }: Scenario): Record<string, number> {
  const counts = { accepted: 0, duplicates: 0, anonymous: 0, ignored: 0, rejected: 0 };
  const seen = new Set<string>();
  for (const request of forwarded) {
    for (const id of idsOf(request)) {
      // Version 4 does not mark what it repeats, and an identify has no id.
      const isRepeat = id === '' ? request.isLost && client === 'customerio-node' : seen.has(id);
      seen.add(id);
      counts[others.get(id) ?? (isRepeat ? 'duplicates' : 'accepted')]++;
    }
  }
  return counts;
}
