// A route of Fastify that parses a body of messages, and drops it.
import Fastify from 'fastify';

const fastify = Fastify({ bodyLimit: 10 * 1024 * 1024 });
fastify.post('/messages', ({ body }) => ({ accepted: Array.isArray(body) ? body.length : 1 }));
console.log(`It is at ${await fastify.listen({ port: 0 })}`);
