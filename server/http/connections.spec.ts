import Fastify, { type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { boundConnections } from './connections.js';
import { HTTP_LIMITS } from './limits.js';

const LIMITS = { ...HTTP_LIMITS.answers, pipelined: 3, pipelinedInAll: 5, stalledMs: 200, lookMs: 20 };
const PIECE = Buffer.alloc(64 * 1024);

describe('bounded connections', () => {
  let fastify: FastifyInstance;
  let started: string[];
  let answerHeld: () => void;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    fastify = Fastify();
    boundConnections(fastify, LIMITS);
    started = [];
    const held = new Promise<void>((resolve) => (answerHeld = resolve));
    fastify.get<{ Params: { name: string } }>('/short/:name', ({ params }) => {
      started.push(params.name);
      return params.name;
    });
    fastify.get('/held', async () => {
      started.push('held');
      await held;
      return 'held';
    });
    fastify.get('/endless', (_request, reply) => reply.send(Readable.from(endless(), { objectMode: false })));
    await fastify.listen();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await fastify.close();
  });

  const send = async (...paths: string[]): Promise<Socket> => {
    const socket = connect((fastify.server.address() as AddressInfo).port);
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    return socket;
  };
  const read = async (socket: Socket, end: string): Promise<string> => {
    let text = '';
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.endsWith(end)) return text;
    }
    return text;
  };

  it('a request begins when the answer to the one before it on its connection was written', async () => {
    const socket = await send('/held', '/short/a', '/short/b');
    const other = await send('/short/c');
    expect(await read(other, 'c')).toContain('200 OK');
    expect(started).toEqual(['held', 'c']);
    answerHeld();
    expect((await read(socket, 'b')).match(/200 OK/g)).toHaveLength(3);
    expect(started).toEqual(['held', 'c', 'a', 'b']);
  });

  it('one request at a time that waited begins, with turns of others in between', async () => {
    const sockets = await Promise.all(Array.from({ length: 2 }, () => send('/held', '/short/a', '/short/b')));
    while (started.length < 2) await nextTurn();
    const seen: number[] = [];
    answerHeld();
    while (started.length < 6) {
      seen.push(started.length);
      await nextTurn();
    }
    await Promise.all(sockets.map((socket) => read(socket, 'b')));
    expect(Math.max(...[...seen, 6].map((count, at) => count - (seen[at - 1] ?? 2)))).toBe(1);
  });

  it('a connection with too many requests that wait is cut, and leaves room for others', async () => {
    const greedy = await send('/held', '/short/a', '/short/b', '/short/c', '/short/d');
    expect(await read(greedy, 'none')).toBe('');
    const patient = await send('/held', '/short/e', '/short/f', '/short/g');
    const others = await send('/held', '/short/h', '/short/i');
    const late = await send('/held', '/short/j');
    expect(await read(late, 'none')).toBe('');
    answerHeld();
    expect((await read(patient, 'g')).match(/200 OK/g)).toHaveLength(4);
    expect((await read(others, 'i')).match(/200 OK/g)).toHaveLength(3);
    expect(started).not.toContain('a');
  });

  it('a client that takes nothing while something waits is cut off, and one that waits itself is not', async () => {
    const idle = await send('/held');
    const accepted = once(fastify.server, 'connection') as Promise<[Socket]>;
    const stuck = await send('/endless');
    stuck.pause();
    const [served] = await accepted;
    await once(served, 'close');
    answerHeld();
    expect(await read(idle, 'held')).toContain('200 OK');
  });

  it('a client that goes on reading is not cut off', async () => {
    const slow = await send('/endless');
    const chunks = slow[Symbol.asyncIterator]();
    const begun = performance.now();
    while (performance.now() - begun < 5 * LIMITS.stalledMs) expect((await chunks.next()).done).toBe(false);
  });
});

function* endless(): Generator<Buffer> {
  for (;;) yield PIECE;
}
