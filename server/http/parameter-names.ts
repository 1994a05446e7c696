import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { DomainError } from '../domain/errors.js';

/** The route that is called most takes no parameters. */
const WITHOUT_PARAMETERS = '/customers/:id';

/** The parameters that take their default if they are wrong, in any form. */
const LENIENT: ReadonlySet<string> = new Set(['page', 'per_page']);

/**
 * Refuses a parameter whose name has brackets, such as `filter[]` or `limit[0]`, on every route that is declared later. No route takes
 * one, and a filter that is ignored would give all customers. Other unknown parameters are ignored.
 */
export function refuseBrackets(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url !== WITHOUT_PARAMETERS) route.onRequest = [route.onRequest ?? [], refuse].flat();
  });
}

const refuse: onRequestHookHandler = (request, _reply, done) => {
  // Safe: Fastify reads a query as an object of texts and lists of texts.
  for (const field of Object.keys(request.query as object)) {
    const bracket = field.indexOf('[');
    if (bracket < 0) continue;
    const name = field.slice(0, bracket) || 'name';
    if (LENIENT.has(name)) continue;
    const message = `${field} is no parameter: names have no brackets. Write ${name}=…, once for each value.`;
    done(new DomainError('invalid_request', message, [{ field, message }]));
    return;
  }
  done();
};
