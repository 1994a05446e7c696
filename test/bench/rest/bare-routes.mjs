// The least that Fastify can do: routes that answer with constants of the same sizes as Roster's answers.
import Fastify from 'fastify';

const [, , customerBytes, pageBytes] = process.argv;
const JSON_TYPE = 'application/json; charset=utf-8';

/** JSON text of exactly so many bytes. */
function jsonOf(bytes) {
  return JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length) });
}

const customer = jsonOf(Number(customerBytes));
const page = jsonOf(Number(pageBytes));
const fastify = Fastify();
fastify.get('/customers', (_request, reply) => reply.type(JSON_TYPE).send(page));
fastify.get('/customers/:id', (_request, reply) => reply.type(JSON_TYPE).send(customer));
fastify.patch('/customers/:id', (_request, reply) => reply.type(JSON_TYPE).send(customer));
console.log(`The bare server is at ${await fastify.listen({ host: '127.0.0.1', port: 0 })}`);
