import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { languageOf } from './admin-language.js';
import { AdminPage } from './admin-page.js';
import { takesGzip } from '../http/compression.js';
import { isLivePath } from '../http/live-path.js';
import { preferences } from '../http/preferences.js';
import { givePermission } from '../http/route-permission.js';
import { contentSecurityPolicy } from '../http/security-headers.js';

/** Paths that are never a page of the admin. */
const NO_PAGE = /^\/(?:docs|health|session|openapi\.json|metrics|ingestions\/[^/]+\/rejects)(?:[/?]|$)/;
/** Paths whose last segment is an id, which may look as if it had an extension. */
const RESOURCE = /^\/(?:customers|ingestions)\//;
const EXTENSION = /\.[^/.]+$/;
/** Names of built files, which hold a hash of their content. */
const HASHED = /-[\w-]{8}\.\w+$/;
const HTML = /text\/html/i;
/** Extension of a compressed file beside the plain one. */
const COMPRESSED = /\.(?:br|gz)$/;
const NONCE_BYTES = 16;

declare module 'fastify' {
  interface FastifyInstance {
    /** Tells whether a page of the admin answers a request, which is the same for every id and every reader. */
    isPage: (request: FastifyRequest) => boolean;
  }
}

/**
 * Serves the web admin beside the API. `/customers/1004` is both a page and a resource: a browser that navigates gets the page, a
 * client that asks for JSON or for anything gets JSON. The page comes in the language of the reader.
 * @param root folder of the built admin, with a folder for each language; if it is missing only the API is served
 */
export async function serveWebAdmin(fastify: FastifyInstance, root: string): Promise<void> {
  const pages = readPages(root);
  const languages = new Set(pages.keys());
  fastify.decorate(
    'isPage',
    (request: FastifyRequest) => pages.size > 0 && isNavigation(request) && mayBePage(request),
  );
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isNavigation(request) || !mayBePage(request)) {
      done();
      return;
    }
    const page = pages.get(languageOf(request.headers, languages));
    if (page) void sendPage(request, reply, page);
    else done();
  });
  if (pages.size === 0) return;
  await fastify.register(async (files) => {
    givePermission(files, 'public');
    await files.register(fastifyStatic, {
      root,
      wildcard: false,
      index: false,
      cacheControl: false,
      // The build puts `.br` and `.gz` beside each file that they make smaller.
      preCompressed: true,
      // Every other file is two routes, which a start pays for.
      globIgnore: ['**/*.{br,gz}'],
      setHeaders: (reply, path) => {
        void reply.header(
          'cache-control',
          HASHED.test(path.replace(COMPRESSED, '')) ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  });
}

/** The `Vary` header of the answer to a request. */
export function varyOf(request: FastifyRequest): string {
  return isResource(pathOf(request)) ? 'Origin, Accept' : 'Origin';
}

/** Reads the start page in each language that the admin was built in. */
function readPages(root: string): ReadonlyMap<string, AdminPage> {
  const languages = existsSync(root) ? readdirSync(root) : [];
  return new Map(
    languages
      .map((language) => [language, join(root, language)] as const)
      .filter(([, folder]) => existsSync(join(folder, 'index.html')))
      .map(([language, folder]) => [language, new AdminPage(folder)]),
  );
}

/** Sends the page. Every answer has its own nonce, so a compressed page cannot be cached. */
async function sendPage(request: FastifyRequest, reply: FastifyReply, page: AdminPage): Promise<void> {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const inline = `'nonce-${nonce}'`;
  const text = page.render(pathOf(request), nonce);
  const shrinks = takesGzip(request);
  // When memory is too short to compress, the page goes out plain.
  const body = shrinks ? await promisify(gzip)(text).catch(() => text) : text;
  if (body !== text) void reply.header('content-encoding', 'gzip');
  void reply
    .headers({
      vary: 'Accept-Language, Cookie, Accept-Encoding',
      'cache-control': 'no-cache',
      'content-security-policy': contentSecurityPolicy({ script: inline, style: inline }),
    })
    .type('text/html; charset=utf-8')
    .send(body);
}

/** Recognises a browser that opens a page: of the types that it names it prefers HTML. A script names what it wants, or anything. */
function isNavigation(request: FastifyRequest): boolean {
  const { accept } = request.headers;
  if (accept === undefined || !HTML.test(accept)) return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const first = preferences(accept).find((type) => !type.startsWith('*/*'));
  return first?.split(';')[0].trim() === 'text/html';
}

function mayBePage(request: FastifyRequest): boolean {
  const path = pathOf(request);
  return isResource(path) && !NO_PAGE.test(path) && !isLivePath(request);
}

/** True for a path of the API or of a page, false for a file. */
function isResource(path: string): boolean {
  return RESOURCE.test(path) || !EXTENSION.test(path);
}

function pathOf(request: FastifyRequest): string {
  const end = request.url.search(/[?#]/);
  return end < 0 ? request.url : request.url.slice(0, end);
}
