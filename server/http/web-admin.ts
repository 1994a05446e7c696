import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Paths that are never a page of the admin, whoever asks. */
const NO_PAGE = /^\/(?:docs|health|openapi\.json|metrics)(?:[/?]|$)/;
/** Under these, the last segment is an id, which may look as if it had an extension. */
const RESOURCE = /^\/(?:customers|ingestions)\//;
const EXTENSION = /\.[^/.]+$/;
/** Angular puts a hash into the names of what it builds. */
const HASHED = /-[A-Z0-9]{8}\.\w+$/;

/**
 * Serves the web admin beside the API. `/customers/1004` is both a page and a resource: a browser that navigates gets the page, a
 * client that asks for JSON or for anything gets JSON.
 * @param root the folder of the built admin; without one only the API is served
 */
export async function serveWebAdmin(fastify: FastifyInstance, root: string): Promise<void> {
  const built = existsSync(join(root, 'index.html'));
  fastify.addHook('onRequest', (request, reply, done) => {
    const path = pathOf(request);
    const resource = RESOURCE.test(path) || !EXTENSION.test(path);
    if (resource) vary(reply, 'Accept');
    if (!built || !resource || NO_PAGE.test(path) || !isNavigation(request)) {
      done();
      return;
    }
    // The page is the same for every path; the admin reads the path itself.
    void reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
  if (!built) return;
  await fastify.register(fastifyStatic, {
    root,
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      void reply.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

/** A browser that opens a page names HTML first; a script in it names what it wants, or anything. */
function isNavigation(request: FastifyRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const destination = request.headers['sec-fetch-dest'];
  if (destination !== undefined && destination !== 'document') return false;
  const first = request.headers.accept?.split(',')[0] ?? '';
  return first.split(';')[0].trim().toLowerCase() === 'text/html';
}

function pathOf(request: FastifyRequest): string {
  const end = request.url.search(/[?#]/);
  return end < 0 ? request.url : request.url.slice(0, end);
}

/** Adds to `Vary`, which CORS writes too. */
function vary(reply: FastifyReply, field: string): void {
  const present = reply.getHeader('vary');
  void reply.header('vary', present === undefined ? field : `${String(present)}, ${field}`);
}
