// Makes calls by the official clients. Reads from standard input, as JSON, a list of `{"client","url","key","calls"}`; ends when all calls were delivered.
import { Agent } from 'node:http';
import { text } from 'node:stream/consumers';
import { Analytics as CdpAnalytics } from '@customerio/cdp-analytics-node';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics as SegmentAnalytics } from '@segment/analytics-node';
import { PipelinesClient, TrackClient } from 'customerio-node';
import * as earlier from 'customerio-node-4';

/** Messages in a batch. */
const BATCH = 7;
const MS_PER_S = 1_000;
/** A client that gives up a slow answer repeats its call, which counts twice without an id. */
const PATIENCE_MS = 60_000;
/** Calls that a program repeats itself, by a client that does not. */
const MOST_TRIES = 10;

/** The arguments of a call by a client of Segment, or one that is like it. */
function argumentsOf({ kind, id, userId, anonymousId, name, data, time }) {
  const common = { messageId: id, timestamp: new Date(time), ...(anonymousId ? { anonymousId } : { userId }) };
  switch (kind) {
    case 'identify':
      return ['identify', { ...common, traits: data }];
    case 'track':
      return ['track', { ...common, event: name, properties: data }];
    case 'page':
      return ['page', { ...common, name, properties: data }];
    default:
      return ['group', { ...common, groupId: name, traits: data }];
  }
}

/** Each call ends when its batch was delivered, or fails. */
async function sendByAnalytics(analytics, calls) {
  const delivered = calls.map(
    (call) =>
      new Promise((resolve, reject) => {
        const [method, argument] = argumentsOf(call);
        analytics[method](argument, (error) => (error ? reject(error) : resolve()));
      }),
  );
  await Promise.all([...delivered, analytics.closeAndFlush?.({ timeout: PATIENCE_MS }) ?? analytics.flush()]);
}

async function sendByPipelines(client, calls) {
  const toBatch = [];
  for (const [at, call] of calls.entries()) {
    const [method, argument] = argumentsOf(call);
    if (at % 3 > 0) toBatch.push({ type: method, ...argument });
    else await client[method](argument);
    if (toBatch.length === BATCH || (at === calls.length - 1 && toBatch.length > 0))
      await client.batch(toBatch.splice(0));
  }
}

/** The operation of version 2 for a call. */
function operationOf({ kind, id, userId, name, data, time }) {
  const common = { type: 'person', identifiers: { id: userId }, id, timestamp: Math.floor(time / MS_PER_S) };
  return kind === 'identify'
    ? { ...common, action: 'identify', attributes: data }
    : { ...common, action: kind === 'page' ? 'page' : 'event', name, attributes: data };
}

/** Calls about one customer come one after another, as each happens when it arrives. */
async function sendByTrack(calls, send) {
  const users = [...new Set(calls.map(({ userId }) => userId))];
  await Promise.all(
    users.map(async (user) => {
      for (const call of calls) if (call.userId === user) await send(call);
    }),
  );
}

/** Version 1 of the API, which both versions of the client have. */
function sendByVersion1(client, { kind, id, userId, anonymousId, name, data, time }) {
  const timestamp = time === undefined ? undefined : Math.floor(time / MS_PER_S);
  switch (kind) {
    case 'identify':
      return client.identify(userId, data);
    case 'track':
      return anonymousId
        ? client.trackAnonymous(anonymousId, { name, data, id, timestamp })
        : client.track(userId, { name, data, id, timestamp });
    case 'page':
      return client.track(userId, { type: 'page', name, data, id, timestamp });
    default:
      return client.addDevice(userId, id, 'ios', {});
  }
}

/** A call that is wrong must be refused as such, and never repeated. */
async function expectRefusal(call, sent) {
  try {
    await sent;
  } catch (error) {
    if ((error.statusCode ?? error.response?.statusCode) === 400) return;
    throw error;
  }
  if (call.isWrong) throw new Error(`The wrong call ${call.id} was not refused.`);
}

async function untilSent(send) {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (error.statusCode === 400 || tries === MOST_TRIES) throw error;
    }
  }
}

const CLIENTS = {
  'segment-node': ({ url, key, calls }) =>
    sendByAnalytics(new SegmentAnalytics({ writeKey: key, host: url, path: '/v1/batch', flushAt: BATCH }), calls),
  'customerio-cdp': ({ url, key, calls }) =>
    sendByAnalytics(new CdpAnalytics({ writeKey: key, host: url, path: '/v1/batch', maxEventsInBatch: BATCH }), calls),
  'rudder-node': ({ url, key, calls }) =>
    sendByAnalytics(new RudderAnalytics(key, { dataPlaneUrl: url, flushAt: BATCH }), calls),
  'customerio-pipelines': ({ url, key, calls }) =>
    sendByPipelines(new PipelinesClient(key, { url: `${url}/v1`, timeout: PATIENCE_MS }), calls),
  'customerio-node': ({ url, key, calls }) => {
    const client = new TrackClient(...key.split(':'), { url: `${url}/api/v1`, timeout: PATIENCE_MS });
    return sendByTrack(calls, async (call) => {
      if (call.isVersion2) await client.batch([operationOf(call)]);
      else await expectRefusal(call, sendByVersion1(client, call));
    });
  },
  'customerio-node-4': ({ url, key, calls }) => {
    const { hostname, port } = new URL(url);
    const place = { url: `http://${hostname}/api/v1`, port: Number(port), protocol: 'http:' };
    const options = { ...place, agent: new Agent(), timeout: PATIENCE_MS };
    const client = new earlier.TrackClient(...key.split(':'), options);
    return sendByTrack(calls, (call) =>
      expectRefusal(
        call,
        untilSent(() => sendByVersion1(client, call)),
      ),
    );
  },
};

const tasks = JSON.parse(await text(process.stdin));
await Promise.all(tasks.map((task) => CLIENTS[task.client](task)));
process.exit(0);
