import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const EVERY_MS = 50;

/**
 * A server that closes lets go of the connections that are idle then, once. One that finishes its request later would stay open until its client
 * has nothing more to ask, for a minute and more, and the process with it: so it is asked after again. One whose request was answered
 * before all of it had come is never idle, and is cut.
 * @returns what is to be told of every request that may be answered before it has come
 */
export function closeConnections(fastify: FastifyInstance): (request: FastifyRequest, reply: FastifyReply) => void {
  const coming = new Map<FastifyRequest['raw'], FastifyReply['raw']>();
  let asking: NodeJS.Timeout | undefined;
  const close = (): void => {
    fastify.server.closeIdleConnections();
    for (const [request, answer] of coming) if (answer.writableFinished) request.socket.destroy();
  };
  fastify.addHook('preClose', (done) => {
    asking = setInterval(close, EVERY_MS);
    done();
  });
  fastify.addHook('onClose', (_instance, done) => {
    clearInterval(asking);
    done();
  });
  return ({ raw: request }, { raw: answer }) => {
    coming.set(request, answer);
    request.once('close', () => coming.delete(request));
  };
}
