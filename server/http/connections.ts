import type { FastifyInstance } from 'fastify';
import { Socket } from 'node:net';
import { KernelQueues } from './kernel-queues.js';
import type { HttpLimits } from './limits.js';
import { Turns } from './turns.js';

/** Bytes that a client had taken at a look, and the time since when it took no more. */
interface Mark {
  readonly taken: number;
  readonly since: number;
}

/**
 * Bounds what connections hold in memory:
 *
 * - A request that arrives on a connection before the answer to the one before it has been written waits, and nothing is read for it
 *   meanwhile. It then begins in a turn of its own, so that requests of other connections come in between. A connection with too many
 *   such requests is cut.
 * - A client that takes nothing for 30 s while something waits for it is cut off.
 *
 * Must be called before other hooks are added, so that a request waits before it counts as begun.
 */
export function boundConnections(fastify: FastifyInstance, limits: HttpLimits['answers']): void {
  const open = new Set<Socket>();
  const waiting = new Map<Socket, number>();
  let waitingInAll = 0;
  const turns = new Turns();

  fastify.addHook('onRequest', ({ raw: { socket } }, { raw: answer }, done) => {
    // An injected request has no socket.
    if (!open.has(socket) && socket instanceof Socket) {
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        waitingInAll -= waiting.get(socket) ?? 0;
        waiting.delete(socket);
      });
    }
    if (answer.socket !== null) {
      done();
      return;
    }
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    waitingInAll++;
    if (count > limits.pipelined || waitingInAll > limits.pipelinedInAll) {
      socket.destroy();
      return;
    }
    // Node gives an answer its socket when the one before it has been written.
    answer.once('socket', () => {
      void turns.next().then(() => {
        // A client that has left waits for nothing.
        if (socket.destroyed) return;
        waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
        waitingInAll--;
        done();
      });
    });
  });

  let marks = new Map<Socket, Mark>();
  let isOver = false;
  const look = async (): Promise<void> => {
    const stuck = [...open].filter((socket) => socket.writableLength > 0);
    const queues = stuck.length > 0 ? await KernelQueues.read() : undefined;
    const now = performance.now();
    const before = marks;
    marks = new Map();
    for (const socket of stuck) {
      const taken = socket.bytesWritten - socket.writableLength - (queues?.underWayTo(socket) ?? 0);
      const mark = before.get(socket);
      if (mark?.taken !== taken) marks.set(socket, { taken, since: now });
      else if (now - mark.since < limits.stalledMs) marks.set(socket, mark);
      else socket.destroy();
    }
    if (!isOver) lookLater();
  };
  const lookLater = (): void => {
    timer = setTimeout(() => void look(), limits.lookMs).unref();
  };
  let timer: NodeJS.Timeout;
  lookLater();
  fastify.addHook('onClose', (_instance, done) => {
    isOver = true;
    clearTimeout(timer);
    done();
  });
}
