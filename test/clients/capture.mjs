// Records in test/fixtures/clients/ what the official clients send: npm ci --prefix test/clients && node test/clients/capture.mjs
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Analytics as CdpAnalytics } from '@customerio/cdp-analytics-node';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics as SegmentAnalytics } from '@segment/analytics-node';
import { IdentifierType, PipelinesClient, TrackClient } from 'customerio-node';
import * as earlier from 'customerio-node-4';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/clients');
const KEY = 'a-write-key';
const DATE = new Date('2026-01-02T03:04:05.678Z');
const TRAITS = {
  name: 'Zoë "Z" <z@example.com>',
  plan: '',
  removed: null,
  age: 36,
  score: 0.5,
  big: 1e21,
  notANumber: NaN,
  left: undefined,
  since: DATE,
  address: { city: 'Köln', lines: ['a', '', null, { floor: 3 }] },
};

/** @param {(origin: string, server: import('node:http').Server) => Promise<void>} send */
async function capture(name, send) {
  const requests = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      const { authorization, 'content-type': type, 'content-encoding': encoding } = headers;
      const body = Buffer.concat(chunks);
      requests.push({
        method,
        path,
        authorization,
        type,
        encoding,
        ...(encoding ? { base64: body.toString('base64') } : { body: body.toString() }),
      });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await send(`http://127.0.0.1:${server.address().port}`);
  server.close();
  server.closeAllConnections();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(requests, undefined, 2)}\n`);
}

function callAll(analytics) {
  analytics.identify({ userId: '1', traits: TRAITS });
  analytics.identify({ userId: '1', traits: { plan: 'pro' }, timestamp: DATE });
  analytics.identify({ anonymousId: 'anonymous-1', traits: { plan: 'free' } });
  analytics.track({
    userId: '1',
    event: 'Order Completed',
    properties: { total: 12.5, items: [{ sku: 'a' }], none: null },
  });
  analytics.track({ userId: '1', event: 'No properties' });
  analytics.track({ anonymousId: 'anonymous-1', event: 'Seen' });
  analytics.page({ userId: '1', category: 'Docs', name: 'Index', properties: { url: 'http://example.com/docs' } });
  analytics.screen({ userId: '1', name: 'Home' });
  analytics.group({ userId: '1', groupId: 'acme', traits: { employees: 7 } });
  analytics.alias({ userId: '1', previousId: 'anonymous-1' });
}

await capture('segment-node-3', async (host) => {
  const analytics = new SegmentAnalytics({ writeKey: KEY, host, path: '/v1/batch' });
  callAll(analytics);
  await analytics.closeAndFlush();
});
await capture('customerio-cdp-node', async (host) => {
  const analytics = new CdpAnalytics({ writeKey: KEY, host, path: '/v1/batch' });
  callAll(analytics);
  await analytics.closeAndFlush();
});
await capture('rudderstack-node-3', async (dataPlaneUrl) => {
  const analytics = new RudderAnalytics(KEY, { dataPlaneUrl });
  callAll(analytics);
  await analytics.flush();
});
await capture('customerio-pipelines', async (origin) => {
  const client = new PipelinesClient(KEY, { url: `${origin}/v1` });
  await client.identify({ userId: 1, traits: TRAITS });
  await client.track({ userId: '1', event: 'Order Completed', properties: { total: 12.5 } });
  await client.page({ userId: '1', name: 'Index' });
  await client.screen({ userId: '1', name: 'Home' });
  await client.group({ userId: '1', groupId: 'acme' });
  await client.alias({ userId: '1', previousId: '2' });
  await client.batch([{ type: 'track', userId: '1', event: 'In a batch' }]);
});

const ID = 'a b/ü@x+%?#&';

async function callTrack(client) {
  await client.identify(ID, { ...TRAITS, email: 'z@example.com', created_at: 1767323045 });
  await client.identify('2', { _update: true, plan: 'pro', id: '2', anonymous_id: 'anonymous-1' });
  await client.track(ID, { name: ' purchase ', data: { price: 23.45 }, timestamp: 1767323045 });
  await client.track(ID, { name: 'with an id', id: '01KDYVW3QJ0000000000000000' });
  await client.trackPageView(ID, 'http://example.com/?a=1');
  await client.trackAnonymous('anonymous-1', { name: 'seen' });
  await client.trackAnonymous('', { name: 'invited', data: { recipient: 'y@example.com' } });
  await client.addDevice(ID, 'device-1', 'ios', { last_used: 1767323045 });
  await client.deleteDevice(ID, 'device/1');
  await client.suppress('3');
  await client.unsuppress('3');
  await client.destroy('4');
  await client.trackPush({ delivery_id: 'd', event: 'opened' });
}

await capture('customerio-track-5', async (origin) => {
  const client = new TrackClient('a-site', 'an-api-key', { url: `${origin}/api/v1` });
  await callTrack(client);
  await client.mergeCustomers(IdentifierType.Id, '1', IdentifierType.Email, 'z@example.com');
  await client.submitForm('form-1', { email: 'z@example.com', plan: 'pro' });
  await client.getAccountRegion();
  await client.entity({
    type: 'person',
    action: 'identify',
    identifiers: { id: '5' },
    attributes: TRAITS,
    timestamp: 1767323045,
  });
  await client.batch([
    { type: 'person', action: 'identify', identifiers: { email: 'z@example.com' }, attributes: { plan: 'pro' } },
    {
      type: 'person',
      action: 'event',
      identifiers: { id: '5' },
      name: 'purchase',
      timestamp: 1767323045,
      attributes: { price: 1 },
    },
    { type: 'person', action: 'page', identifiers: { id: '5' }, name: 'http://example.com/' },
    { type: 'person', action: 'event', identifiers: { cio_id: 'f5e' }, name: 'purchase' },
    { type: 'object', action: 'identify', identifiers: { object_type_id: '1', object_id: 'o' } },
  ]);
});
await capture('customerio-track-4', async (origin) => {
  const { hostname, port } = new URL(origin);
  const options = { url: `http://${hostname}/api/v1`, port: Number(port), protocol: 'http:', agent: new Agent() };
  const client = new earlier.TrackClient('a-site', 'an-api-key', options);
  await callTrack(client);
});
process.exit(0);
