import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { ClientCall } from './client-calls.js';
import { CLIENTS_FOLDER } from './official-clients.js';

interface Script {
  /** The package whose script the snippet loads. */
  readonly package: string;
  /** The name of the global variable. */
  readonly global: string;
  readonly integration: string;
  readonly host: string;
  readonly path: string;
}

const SCRIPTS = {
  'segment-browser': {
    package: '@segment/analytics-next',
    global: 'analytics',
    integration: 'Segment.io',
    host: 'cdn.segment.com',
    path: '/analytics.js/v1/" + key + "/analytics.min.js',
  },
  'customerio-browser': {
    package: '@customerio/cdp-analytics-browser',
    global: 'cioanalytics',
    integration: 'Customer.io Data Pipelines',
    host: 'cdp.customer.io',
    path: '/v1/analytics-js/snippet/" + key + "/analytics.min.js',
  },
} as const satisfies Readonly<Record<string, Script>>;
export type ScriptName = keyof typeof SCRIPTS;

/** How a script sends: each call at once, or several together. */
export type Delivery = 'single' | 'batching';

/**
 * Opens a page with the snippet of a client, as a site has it, and makes calls there. The script comes from its package.
 * @param url of the server, from which the script gets its settings
 * @param isDelivered tells whether all calls have arrived; until then the page is open
 */
export async function sendByPage(
  browser: Browser,
  client: ScriptName,
  { url, key, calls }: { readonly url: string; readonly key: string; readonly calls: readonly ClientCall[] },
  delivery: Delivery,
  isDelivered: () => Promise<void>,
): Promise<void> {
  const script = SCRIPTS[client];
  const context = await browser.newContext();
  const code = readFileSync(join(CLIENTS_FOLDER, 'node_modules', script.package, 'dist/umd/standalone.js'));
  await context.route(`https://${script.host}/**/analytics.min.js`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: code }),
  );
  const html = `<!doctype html><title>Shop</title><script>${snippetOf(script, url, key, delivery)}</script>`;
  const shop = createServer((_request, answer) => answer.setHeader('content-type', 'text/html').end(html));
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  const page = await context.newPage();
  await page.goto(`http://shop.test:${(shop.address() as AddressInfo).port}/`);
  // The script replaces what the snippet has made. Calls before that keep no order with `reset`.
  await page.evaluate(`new Promise((ready) => globalThis.${script.global}.ready(ready))`);
  await page.evaluate(`(${makeCalls.toString()})(globalThis.${script.global}, ${JSON.stringify(calls)})`);
  await isDelivered();
  await context.close();
  shop.close();
}

/** The snippet that a site copies. That of Customer.io is Segment's with other names. */
function snippetOf({ global, integration, host, path }: Script, url: string, key: string, delivery: Delivery): string {
  // Safe: this is what the package exports.
  const { max } = createRequire(join(CLIENTS_FOLDER, 'package.json'))('@segment/snippet') as {
    max: (options: object) => string;
  };
  const strategy = { strategy: 'batching', config: { size: 7, timeout: 100 } };
  const integrations = delivery === 'batching' ? { [integration]: { deliveryStrategy: strategy } } : {};
  const snippet = max({
    ...{ globalAnalyticsKey: global, apiKey: key, host, ajsPath: path, page: false },
    load: { integrations },
  }).replace('analytics.load("', `analytics._cdn = "${url}";\n  $&`);
  return global === 'analytics'
    ? snippet
    : snippet.replace('data-global-segment-analytics-key', 'data-global-customerio-analytics-key');
}

interface Analytics {
  reset(): void;
  identify(userId: string, traits: unknown, options: unknown): unknown;
  group(groupId: string, traits: unknown, options: unknown): unknown;
  track(event: string, properties: unknown, options: unknown): unknown;
  page(name: string, properties: unknown, options: unknown): unknown;
}

/**
 * Runs in the page. A user is forgotten before each call, as the script sends all traits that it knows. The context names the call: the script of
 * Customer.io takes no id.
 */
function makeCalls(analytics: Analytics, calls: readonly ClientCall[]): void {
  for (const { kind, id: messageId, userId, anonymousId, name, data, time = 0 } of calls) {
    const options = {
      messageId,
      call: messageId,
      timestamp: new Date(time),
      ...(anonymousId === undefined && { userId }),
    };
    analytics.reset();
    if (kind === 'identify') analytics.identify(userId, data, options);
    else if (kind === 'track') analytics.track(name, data, options);
    else if (kind === 'page') analytics.page(name, data, options);
    else analytics.group(name, data, options);
  }
}
