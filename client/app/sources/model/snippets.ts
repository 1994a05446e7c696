import { SourceKind } from './source';

/** A program that sends to a source. */
export interface Snippet {
  readonly id: SnippetId;
  readonly text: string;
}

export type SnippetId =
  | 'curl'
  | 'lines'
  | 'customerio-node'
  | 'customerio-node-4'
  | 'segment-node'
  | 'customerio-cdp'
  | 'rudder-node'
  | 'segment-browser'
  | 'customerio-browser';

/** The name of the client; the same in every language. */
export const SNIPPET_NAME: Readonly<Record<SnippetId, string>> = {
  curl: 'curl',
  lines: 'curl, JSON lines',
  'customerio-node': 'customerio-node 5',
  'customerio-node-4': 'customerio-node 4',
  'segment-node': '@segment/analytics-node',
  'customerio-cdp': '@customerio/cdp-analytics-node',
  'rudder-node': '@rudderstack/rudder-sdk-node',
  'segment-browser': '@segment/analytics-next',
  'customerio-browser': '@customerio/cdp-analytics-browser',
};

const CLIENTS: Readonly<Record<SourceKind, readonly SnippetId[]>> = {
  http: ['curl', 'lines'],
  segment: ['segment-node', 'segment-browser', 'curl'],
  customerio: ['customerio-node', 'customerio-node-4', 'customerio-cdp', 'customerio-browser', 'curl'],
  rudderstack: ['rudder-node', 'curl'],
};

/** The key in a snippet while it is not known. */
export function placeholderKey(kind: SourceKind): string {
  return kind === 'customerio' ? 'SITE_ID:API_KEY' : 'YOUR_KEY';
}

/**
 * Snippets to copy, the commonest client first.
 * @param key empty if none is needed
 * @param base the address of the server as the reader reaches it, such as `https://roster.example`
 */
export function snippetsOf(kind: SourceKind, key: string, base: string): readonly Snippet[] {
  return CLIENTS[kind].map((id) => ({ id, text: textOf(id, { kind, key, url: new URL(base) }) }));
}

interface Facts {
  readonly kind: SourceKind;
  readonly key: string;
  readonly url: URL;
}

function textOf(id: SnippetId, { kind, key, url }: Facts): string {
  const { origin } = url;
  switch (id) {
    case 'curl':
      return curl(kind, key, origin);
    case 'lines':
      return `gzip -c messages.jsonl | curl ${origin}/messages ${user(key)}\\
  -H 'content-encoding: gzip' --data-binary @-`;
    case 'customerio-node':
      return `// npm install customerio-node@5
import { TrackClient } from 'customerio-node';

const client = new TrackClient(${pairOf(key)}, { url: '${origin}/api/v1' });
await client.identify('42', { email: 'bill@example.com', plan: 'pro' });
await client.track('42', { name: 'order', data: { total: 9.5 } });`;
    case 'customerio-node-4':
      return `// npm install customerio-node@4
${version4(url).imports}import { TrackClient } from 'customerio-node';

const client = new TrackClient(${pairOf(key)}, ${version4(url).options});
await client.identify('42', { email: 'bill@example.com', plan: 'pro' });
await client.track('42', { name: 'order', data: { total: 9.5 } });`;
    case 'segment-node':
      return analyticsNode('@segment/analytics-node', key, origin);
    case 'customerio-cdp':
      return analyticsNode('@customerio/cdp-analytics-node', key, origin);
    case 'rudder-node':
      return `// npm install @rudderstack/rudder-sdk-node
import Analytics from '@rudderstack/rudder-sdk-node';

const analytics = new Analytics('${key}', {
  dataPlaneUrl: '${origin}',
  errorHandler: console.error,
});
analytics.identify({ userId: '42', traits: { email: 'bill@example.com', plan: 'pro' } });
analytics.track({ userId: '42', event: 'order', properties: { total: 9.5 } });
await analytics.flush();`;
    case 'segment-browser':
      return analyticsBrowser('@segment/analytics-next', 'Segment.io', key, url);
    case 'customerio-browser':
      return analyticsBrowser('@customerio/cdp-analytics-browser', 'Customer.io Data Pipelines', key, url);
    default:
      return id satisfies never;
  }
}

function curl(kind: SourceKind, key: string, origin: string): string {
  switch (kind) {
    case 'http':
      return `curl ${origin}/messages ${user(key)}-H 'content-type: application/json' \\
  -d '{"type":"attributes","user_id":"42","data":{"email":"bill@example.com","plan":"pro"}}'
curl ${origin}/messages ${user(key)}-H 'content-type: application/json' \\
  -d '{"type":"event","user_id":"42","name":"order","data":{"total":9.5}}'`;
    case 'customerio':
      return `curl -X PUT ${origin}/api/v1/customers/42 ${user(key)}-H 'content-type: application/json' \\
  -d '{"email":"bill@example.com","plan":"pro"}'
curl ${origin}/api/v1/customers/42/events ${user(key)}-H 'content-type: application/json' \\
  -d '{"name":"order","data":{"total":9.5}}'`;
    case 'segment':
    case 'rudderstack':
      return `curl ${origin}/v1/identify ${user(key)}-H 'content-type: application/json' \\
  -d '{"userId":"42","traits":{"email":"bill@example.com","plan":"pro"}}'
curl ${origin}/v1/track ${user(key)}-H 'content-type: application/json' \\
  -d '{"userId":"42","event":"order","properties":{"total":9.5}}'`;
    default:
      return kind satisfies never;
  }
}

/** The key as a user name without a password: without a colon curl would ask for one. Empty if no key is needed. */
function user(key: string): string {
  if (key === '') return '';
  return `-u '${key.includes(':') ? key : `${key}:`}' `;
}

/** The site id and the API key as arguments. */
function pairOf(key: string): string {
  const [siteId, apiKey = ''] = key.split(':');
  return `'${siteId}', '${apiKey}'`;
}

/** Version 4 takes only the host and the path of its `url`, and expects TLS unless it is told otherwise. */
function version4({ protocol, hostname, port }: URL): { readonly imports: string; readonly options: string } {
  if (protocol === 'https:') {
    const options =
      port === '' ? `{ url: 'https://${hostname}/api/v1' }` : `{ url: 'https://${hostname}/api/v1', port: ${port} }`;
    return { imports: '', options };
  }
  return {
    imports: `import { Agent } from 'node:http';\n`,
    options: `{
  url: 'http://${hostname}/api/v1',
  port: ${port || 80},
  protocol: 'http:',
  agent: new Agent({ keepAlive: true }),
}`,
  };
}

function analyticsNode(name: string, key: string, origin: string): string {
  return `// npm install ${name}
import { Analytics } from '${name}';

const analytics = new Analytics({ writeKey: '${key}', host: '${origin}' });
analytics.identify({ userId: '42', traits: { email: 'bill@example.com', plan: 'pro' } });
analytics.track({ userId: '42', event: 'order', properties: { total: 9.5 } });
await analytics.closeAndFlush();`;
}

function analyticsBrowser(name: string, integration: string, key: string, { origin, host, protocol }: URL): string {
  return `// npm install ${name}
import { AnalyticsBrowser } from '${name}';

const analytics = AnalyticsBrowser.load(
  { writeKey: '${key}', cdnURL: '${origin}' },
  {
    integrations: {
      '${integration}': { apiHost: '${host}/v1', protocol: '${protocol.replace(':', '')}' },
    },
  },
);
analytics.identify('42', { email: 'bill@example.com', plan: 'pro' });
analytics.track('order', { total: 9.5 });`;
}
