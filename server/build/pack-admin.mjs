// Finishes the pages that Angular built: the styles and the early script go into the page itself, and `pages.json` lists the scripts
// of each page, so that the server can name them in it and a first visit takes two round trips.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../../dist/client', import.meta.url));

/** The paths of each page and its component, as in `client/app/app.routes.ts`. The first match counts. */
const PAGES = [
  ['^/(?:customers/?)?$', 'customers/list/customer-list.ts'],
  ['^/customers/[^/]+/edit/?$', 'customers/edit/customer-edit.ts'],
  ['^/customers/compare/?$', 'customers/compare/compare.ts'],
  ['^/customers/[^/]+/?$', 'customers/show/customer-show.ts'],
  ['^/new-customer/?$', 'customers/create/customer-create.ts'],
  ['^/overview/?$', 'overview/overview.ts'],
  ['^/attributes/?$', 'attributes/attributes.ts'],
  ['^/ingest/?$', 'ingest/pages.ts'],
  ['^/imports/[^/]+/?$', 'ingest/pages.ts'],
  ['^/login/?$', 'access/login/login-page.ts'],
  ['^/setup/?$', 'access/login/set-up-page.ts'],
  ['^/(?:invitation|password)/?$', 'access/login/code-page.ts'],
  ['^/account/?$', 'access/account/account.ts'],
  ['^/sources/?$', 'sources/list/sources.ts'],
  ['^/sources/[^/]+/?$', 'sources/show/source-show.ts'],
  ['^/live/?$', 'sources/live/live.ts'],
  ['^/users/?$', 'access/users/users.ts'],
  ['^/tokens/?$', 'access/tokens/tokens.ts'],
  ['^/audit/?$', 'access/audit/audit.ts'],
];
/** Marks the place of the early script in `client/index.html`. */
const EARLY = '// client/early';

export async function packAdmin() {
  const { outputs } = JSON.parse(readFileSync(join(folder, 'stats.json'), 'utf8'));
  const pages = PAGES.map(([path, source]) => ({ path, scripts: scriptsOf(outputs, source) }));
  const early = await bundleEarly();
  for (const language of readdirSync(join(folder, 'browser'))) {
    const root = join(folder, 'browser', language);
    const page = join(root, 'index.html');
    writeFileSync(page, packPage(readFileSync(page, 'utf8'), root, early));
    writeFileSync(join(root, 'pages.json'), JSON.stringify(pages));
  }
}

/** The script of a page and all that it imports. */
function scriptsOf(outputs, source) {
  const file = Object.keys(outputs).find((name) => `client/app/${source}` in outputs[name].inputs);
  if (!file) throw new Error(`No script of the admin holds client/app/${source}.`);
  const found = new Set([file]);
  for (const name of found)
    for (const { path, kind } of outputs[name].imports) if (kind === 'import-statement') found.add(path);
  return [...found];
}

async function bundleEarly() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../client/early/early.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  });
  return outputFiles[0].text.trim().replaceAll('</script', '<\\/script');
}

/** The page with its styles and the early script in itself. Removes the file of the styles. */
function packPage(page, root, early) {
  if (!page.includes(EARLY)) throw new Error(`There is no “${EARLY}” in client/index.html.`);
  return page
    .replace(EARLY, () => early)
    .replace(/<link rel="stylesheet" href="([^"]+)">/, (_link, name) => {
      const styles = readFileSync(join(root, name), 'utf8');
      rmSync(join(root, name));
      return `<style nonce="CSP_NONCE">${styles}</style>`;
    });
}
