import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { languageOf } from './admin-language.js';
import { PageHints } from './page-hints.js';
import { contentSecurityPolicy } from './security-headers.js';

/** Paths that are never a page of the admin, whoever asks. */
const NO_PAGE = /^\/(?:docs|health|openapi\.json|metrics)(?:[/?]|$)/;
/** Under these, the last segment is an id, which may look as if it had an extension. */
const RESOURCE = /^\/(?:customers|ingestions)\//;
const EXTENSION = /\.[^/.]+$/;
/** Angular puts a hash into the names of what it builds. */
const HASHED = /-[A-Z0-9]{8}\.\w+$/;
/** How a compressed file is called beside the plain one. */
const COMPRESSED = /\.(?:br|gz)$/;
/** Stands in the built page wherever the nonce of an answer belongs. */
const NONCE = 'CSP_NONCE';
const NONCE_BYTES = 16;

/**
 * Serves the web admin beside the API. `/customers/1004` is both a page and a resource: a browser that navigates gets the page, a
 * client that asks for JSON or for anything gets JSON. The page comes in the reader's language.
 * @param root the folder of the built admin, with a folder for each language; without one only the API is served
 */
export async function serveWebAdmin(fastify: FastifyInstance, root: string): Promise<void> {
  const pages = readPages(root);
  const languages = new Set(pages.keys());
  const hints = new PageHints(root);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isNavigation(request) || !mayBePage(request)) {
      done();
      return;
    }
    // The page is the same for every path but for what is loaded ahead; the admin reads the path itself.
    const page = pages.get(languageOf(request.headers, languages));
    if (page) sendPage(reply, page, (text) => hints.addTo(text, pathOf(request)));
    else done();
  });
  if (pages.size === 0) return;
  await fastify.register(fastifyStatic, {
    root,
    wildcard: false,
    index: false,
    cacheControl: false,
    // The build leaves `.br` and `.gz` beside what shrinks.
    preCompressed: true,
    setHeaders: (reply, path) => {
      void reply.header(
        'cache-control',
        HASHED.test(path.replace(COMPRESSED, '')) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
}

/** What the answer at the path of a request depends on. */
export function varyOf(request: FastifyRequest): string {
  return isResource(pathOf(request)) ? 'Origin, Accept' : 'Origin';
}

/** The start page in each language that the admin was built in, cut where a nonce goes. */
function readPages(root: string): ReadonlyMap<string, readonly string[]> {
  const folders = existsSync(root) ? readdirSync(root) : [];
  const found = folders.map((language) => ({ language, path: join(root, language, 'index.html') }));
  return new Map(
    found
      .filter(({ path }) => existsSync(path))
      .map(({ language, path }) => [language, readFileSync(path, 'utf8').split(NONCE)]),
  );
}

/** Every answer has a nonce of its own, so none is kept: it could not be told from the one of another policy. */
function sendPage(reply: FastifyReply, page: readonly string[], complete: (text: string) => string): void {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const inline = `'nonce-${nonce}'`;
  void reply
    .headers({
      vary: 'Accept-Language, Cookie',
      'cache-control': 'no-cache',
      'content-security-policy': contentSecurityPolicy({ script: inline, style: inline }),
    })
    .type('text/html; charset=utf-8')
    .send(complete(page.join(nonce)));
}

/** A browser that opens a page names HTML first; a script in it names what it wants, or anything. */
function isNavigation(request: FastifyRequest): boolean {
  const { accept, 'sec-fetch-dest': destination } = request.headers;
  if (accept === undefined || (destination !== undefined && destination !== 'document')) return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  return accept.split(',')[0].split(';')[0].trim().toLowerCase() === 'text/html';
}

function mayBePage(request: FastifyRequest): boolean {
  const path = pathOf(request);
  return isResource(path) && !NO_PAGE.test(path);
}

/** Not a file. */
function isResource(path: string): boolean {
  return RESOURCE.test(path) || !EXTENSION.test(path);
}

function pathOf(request: FastifyRequest): string {
  const end = request.url.search(/[?#]/);
  return end < 0 ? request.url : request.url.slice(0, end);
}
