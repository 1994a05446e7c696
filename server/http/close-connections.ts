import type { FastifyInstance } from 'fastify';

const EVERY_MS = 50;

/**
 * A server that closes lets go of the connections that are idle then, once. One that finishes its request later would stay open until its client
 * has nothing more to ask, for a minute and more, and the process with it: so it is asked after again.
 */
export function closeConnections(fastify: FastifyInstance): void {
  let asking: NodeJS.Timeout | undefined;
  fastify.addHook('preClose', (done) => {
    asking = setInterval(() => fastify.server.closeIdleConnections(), EVERY_MS);
    done();
  });
  fastify.addHook('onClose', (_instance, done) => {
    clearInterval(asking);
    done();
  });
}
