import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const SECOND = 1_000;
const END_OF_HEAD = '\r\n\r\n';

/** One kept connection, with one request at a time. It costs the client next to nothing, as it shares the cores with the server. */
class Connection {
  constructor(url) {
    const { hostname, port } = new URL(url);
    this.host = hostname;
    this.socket = connect(Number(port), hostname);
    this.socket.setNoDelay(true).setEncoding('latin1');
    this.text = '';
    this.socket.on('data', (text) => {
      this.text += text;
      const head = this.text.indexOf(END_OF_HEAD);
      if (head < 0) return;
      const [, length] = /content-length: (\d+)/i.exec(this.text) ?? [];
      if (length === undefined) this.fail(new Error(`An answer without a length: ${this.text}`));
      else if (this.text.length >= head + END_OF_HEAD.length + Number(length))
        this.resolve(Number(this.text.slice(9, 12)));
    });
    this.socket
      .on('error', (error) => this.fail(error))
      .on('close', () => this.fail(new Error('The connection is closed.')));
    this.fail = () => undefined;
  }

  /** @returns the status */
  async post(path, body) {
    this.text = '';
    const answer = new Promise((resolve, reject) => ([this.resolve, this.fail] = [resolve, reject]));
    this.socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    return answer;
  }

  close() {
    this.fail = () => undefined;
    this.socket.destroy();
  }
}

async function open(url, count) {
  const connections = Array.from({ length: count }, () => new Connection(url));
  await Promise.all(connections.map(({ socket }) => once(socket, 'connect')));
  return connections;
}

function check(status) {
  if (status !== 200 && status !== 202) throw new Error(`The server answered ${status}.`);
}

/**
 * Sends requests at a fixed rate, whether or not earlier ones are answered: a request that finds no free connection waits, and its waiting counts.
 * @param next makes the next body, of ASCII characters
 * @returns the latencies in ms, in ascending order, and the number of requests a second that were answered
 */
export async function sendAtRate(url, { path = '/messages', connections, perSecond, seconds, next }) {
  const all = await open(url, connections);
  const free = [...all];
  const waiting = [];
  const latencies = [];
  const started = performance.now();
  const total = perSecond * seconds;
  const send = async (connection, due) => {
    for (let at = due; at !== undefined; at = waiting.shift()) {
      check(await connection.post(path, next()));
      latencies.push(performance.now() - at);
    }
    free.push(connection);
  };
  const underWay = [];
  for (let sent = 0; sent < total;) {
    const until = Math.min(total, ((performance.now() - started) * perSecond) / SECOND);
    for (; sent < until; sent++) {
      const due = started + (sent * SECOND) / perSecond;
      const connection = free.pop();
      if (connection) underWay.push(send(connection, due));
      else waiting.push(due);
    }
    await sleep(1);
  }
  await Promise.all(underWay);
  const rate = (total * SECOND) / (performance.now() - started);
  for (const connection of all) connection.close();
  return { latencies: latencies.sort((a, b) => a - b), rate };
}

/** Sends requests one after another on each connection. @returns requests a second */
export async function sendAtOnce(url, { path = '/messages', connections, requests, next }) {
  const all = await open(url, connections);
  const started = performance.now();
  let left = requests;
  await Promise.all(
    all.map(async (connection) => {
      while (left-- > 0) check(await connection.post(path, next()));
    }),
  );
  for (const connection of all) connection.close();
  return (requests * SECOND) / (performance.now() - started);
}
