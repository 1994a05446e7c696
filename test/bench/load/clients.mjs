import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { indexed } from '../processes.mjs';

const KB = 1_000;
const SECOND = 1_000;
/** Connections that are opened at once, as a backlog holds no more. */
const AT_ONCE = 100;
const POLL_MS = 200;

/** The user of the load that logs in. */
export const USER = { email: 'load@example.com', password: 'a password for the load' };

/**
 * The loads. Each opens its clients, lets them do what they do for some seconds, and closes them.
 * @type {Record<string, (url: string, seconds: number) => Promise<void>>}
 */
export const LOADS = {
  '300 lists of 10 000, unread': (url, seconds) => unread(url, 300, get('/customers?per_page=10000'), seconds),
  '1 connection, 300 lists pipelined': (url, seconds) =>
    unread(url, 1, get('/customers?per_page=10000').repeat(300), seconds),
  '60 searches of 10 000, unread': (url, seconds) =>
    unread(url, 60, get('/customers?search=e&per_page=10000'), seconds),
  '200 exports at 1 kB/s': async (url, seconds) => {
    const sockets = await open(url, 200, get('/exports/customers.csv'));
    await everySecond(seconds, () => sockets.forEach((socket) => socket.read(KB)));
    close(sockets);
  },
  '200 uploads at 1 kB/s': async (url, seconds) => {
    const head = `POST /ingestions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${KB * KB}\r\n\r\n`;
    const sockets = await open(url, 200, head);
    let line = 0;
    await everySecond(seconds, () => sockets.forEach((socket) => socket.write(lineOf(line++))));
    close(sockets);
  },
  '500 listeners to progress': async (url, seconds) => {
    const head = `POST /ingestions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${KB * KB}\r\n\r\n`;
    const [upload] = await open(url, 1, head);
    const id = await idOfUpload(url, upload);
    const sockets = await open(url, 500, get(`/ingestions/${id}/progress`));
    for (const socket of sockets) socket.resume();
    await everySecond(seconds, (second) => upload.write(lineOf(second)));
    close([upload, ...sockets]);
  },
  'a bulk edit of all, and its index': async (url) => {
    const body = { selection: { filters: [] }, action: { set: { name: 'load', value: `${Date.now()}` } } };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/bulk-edits`, { method: 'POST', headers, body: JSON.stringify(body) });
    const lines = await answer.text();
    if (!lines.includes('"finished":true')) throw new Error(`The bulk edit ended with ${lines.slice(-200)}`);
    await indexed(url);
  },
  '100 logins at once': async (url, seconds) => {
    const end = Date.now() + seconds * SECOND;
    const one = async () => {
      while (Date.now() < end) {
        const answer = await fetch(`${url}/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email: USER.email, password: USER.password }),
        });
        await answer.text();
        if (answer.status !== 200) await sleep(POLL_MS);
      }
    };
    await Promise.all(Array.from({ length: 100 }, one));
  },
  '1 000 halves of a request': (url, seconds) =>
    unread(url, 1_000, 'GET /customers HTTP/1.1\r\nHost: localhost\r\n', seconds),
};

function get(path) {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}

/** A line of an upload, of 1 kB. */
function lineOf(number) {
  const line = { id: `load-${number}`, type: 'event', name: 'load', user_id: '1', timestamp: 1_500_000_000, data: '' };
  const length = JSON.stringify(line).length + 1;
  return `${JSON.stringify({ ...line, data: 'x'.repeat(KB - length) })}\n`;
}

/** Opens connections that send a text, and read nothing. */
async function open(url, count, text) {
  const { hostname, port } = new URL(url);
  const sockets = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - sockets.length) }, () =>
      connect(Number(port), hostname)
        .pause()
        .on('error', () => undefined),
    );
    await Promise.all(some.map((socket) => once(socket, 'connect')));
    for (const socket of some) socket.write(text);
    sockets.push(...some);
  }
  return sockets;
}

function close(sockets) {
  for (const socket of sockets) socket.destroy();
}

async function unread(url, count, text, seconds) {
  const sockets = await open(url, count, text);
  await sleep(seconds * SECOND);
  close(sockets);
}

async function everySecond(seconds, work) {
  for (let second = 0; second < seconds; second++) {
    work(second);
    await sleep(SECOND);
  }
}

/** Waits until an upload has its ingestion, which some versions make when the first bytes have come. */
async function idOfUpload(url, upload) {
  for (;;) {
    upload.write(lineOf(0));
    const { ingestions } = await (await fetch(`${url}/ingestions`)).json();
    const running = ingestions.find(({ state }) => state === 'running');
    if (running) return running.id;
    await sleep(POLL_MS);
  }
}
