import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const EVERY_MS = 50;
/** How long whoever keeps connections open, as a proxy does, has to learn that they end. */
const LAST_REQUESTS_MS = 500;

/**
 * A server that closes takes no new connection, and Node would let go of the idle ones at that moment. What a proxy sends on one of them just then
 * would get no answer, and it must not send a `PATCH` twice: so they stay for a moment, and every answer says that its connection ends. Then
 * the idle ones are closed. One that finishes its request later would stay open until its client has nothing more to ask, for a minute and
 * more, and the process with it: so it is asked after again. One whose request was answered before all of it had come is never idle, and is cut.
 * @returns what is to be told of every request that may be answered before it has come
 */
export function closeConnections(fastify: FastifyInstance): (request: FastifyRequest, reply: FastifyReply) => void {
  const coming = new Map<FastifyRequest['raw'], FastifyReply['raw']>();
  const { server } = fastify;
  const closeIdle = server.closeIdleConnections.bind(server);
  let waiting: NodeJS.Timeout | undefined;
  let asking: NodeJS.Timeout | undefined;
  const close = (): void => {
    closeIdle();
    for (const [request, answer] of coming) if (answer.writableFinished) request.socket.destroy();
  };
  fastify.addHook('preClose', (done) => {
    server.closeIdleConnections = () => undefined;
    waiting = setTimeout(() => (asking = setInterval(close, EVERY_MS)), LAST_REQUESTS_MS);
    done();
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
