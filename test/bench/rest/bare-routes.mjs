// A bare Fastify: its routes answer with constants, which are answers of Roster, so that both send the same bytes.
import Fastify from 'fastify';
import { readFileSync } from 'node:fs';

const [customer, page] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));
const JSON_TYPE = 'application/json; charset=utf-8';
const fastify = Fastify();
fastify.get('/customers', (_request, reply) => reply.type(JSON_TYPE).send(page));
fastify.get('/customers/:id', (_request, reply) => reply.type(JSON_TYPE).send(customer));
fastify.patch('/customers/:id', (_request, reply) => reply.type(JSON_TYPE).send(customer));
console.log(`The bare server is at ${await fastify.listen({ host: '127.0.0.1', port: 0 })}`);
