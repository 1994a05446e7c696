import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Pause, in milliseconds, between two looks at connections that became idle. */
const EVERY_MS = 50;
/** Time, in milliseconds, for a proxy that keeps connections open to learn that they end. */
const LAST_REQUESTS_MS = 500;

/**
 * Closes kept connections in order when the server stops:
 *
 * 1. The server leaves idle connections open, which Node would close now: a request that a proxy sends on one at this moment would get no
 *    answer, and a proxy must not send a `PATCH` twice.
 * 2. For half a second every answer says `Connection: close`, so that the proxy moves on.
 * 3. From then on idle connections are closed, again and again, until none is left of those of before. Only then is the port closed: a
 *    restart refuses connections for as short a time as can be. A connection that becomes idle later would otherwise
 *    stay open for a minute and more, and the process with it. So is a connection that never sent a byte, as browsers keep ready.
 * 4. A connection whose request was answered before its body had arrived is never idle. It is cut.
 *
 * Whatever is left has the time that stop.ts gives.
 *
 * @returns a function to call for every request that may be answered before its body has arrived
 */
export function closeConnections(fastify: FastifyInstance): (request: FastifyRequest, reply: FastifyReply) => void {
  const coming = new Map<FastifyRequest['raw'], FastifyReply['raw']>();
  const { server } = fastify;
  /** With the time of their start, in ms. */
  const sockets = new Map<Socket, number>();
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, performance.now());
    socket.once('close', () => sockets.delete(socket));
  });
  const closeIdle = server.closeIdleConnections.bind(server);
  let waiting: NodeJS.Timeout | undefined;
  let asking: NodeJS.Timeout | undefined;
  const close = (): void => {
    closeIdle();
    const silentSince = performance.now() - LAST_REQUESTS_MS;
    for (const [socket, since] of sockets) if (socket.bytesRead === 0 && since < silentSince) socket.destroy();
    for (const [request, answer] of coming) if (answer.writableFinished) request.destroy();
  };
  fastify.addHook('preClose', (done) => {
    server.closeIdleConnections = () => undefined;
    let isClosed = areGone([...sockets.keys()]);
    // Nobody has to learn that the server ends.
    if (isClosed) done();
    waiting = setTimeout(() => {
      const before = [...sockets.keys()];
      asking = setInterval(() => {
        close();
        if (isClosed || !areGone(before)) return;
        isClosed = true;
        done();
      }, EVERY_MS);
    }, LAST_REQUESTS_MS);
  });
  fastify.addHook('onClose', (_instance, done) => {
    clearTimeout(waiting);
    clearInterval(asking);
    done();
  });
  return ({ raw: request }, { raw: answer }) => {
    coming.set(request, answer);
    request.once('close', () => coming.delete(request));
  };
}

function areGone(sockets: readonly Socket[]): boolean {
  return sockets.every(({ destroyed }) => destroyed);
}
