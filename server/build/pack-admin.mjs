// Packs what Angular built for a first visit over a slow network, where every file costs a round trip: one script for every page and
// few for each one, the styles and what runs before all scripts in the page itself, and a list of the scripts of each page, which the
// server names in it.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { minify } from 'terser';

const folder = fileURLToPath(new URL('../../dist/client', import.meta.url));

/** The paths of a page and where it is in the sources, as in `client/app/app.routes.ts`; the first that fits counts. */
const PAGES = [
  ['^/(?:customers/?)?$', 'customers/list/customer-list.ts'],
  ['^/customers/[^/]+/edit/?$', 'customers/edit/customer-edit.ts'],
  ['^/customers/[^/]+/?$', 'customers/show/customer-show.ts'],
  ['^/new-customer/?$', 'customers/create/customer-create.ts'],
  ['^/overview/?$', 'overview/overview.ts'],
  ['^/ingest/?$', 'ingest/ingest.ts'],
];
/** What a page has in common with others or with a dialog comes with the script of every page, unless it is larger than a round trip is worth. */
const SHARED_BYTES = 8_000;
const ENTRY = 'main';
/** Stands in `client/index.html` for what runs before all other scripts. */
const EARLY = '// client/early';

export async function packAdmin() {
  const { outputs } = JSON.parse(readFileSync(join(folder, 'stats.json'), 'utf8'));
  const languages = readdirSync(join(folder, 'browser'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const early = await packEarly();
  await Promise.all(languages.map(({ name }) => packLanguage(join(folder, 'browser', name), outputs, early)));
}

/** One script for the page itself. */
async function packEarly() {
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

async function packLanguage(root, outputs, early) {
  const built = readdirSync(root).filter((name) => name.endsWith('.js'));
  const page = readFileSync(join(root, 'index.html'), 'utf8');
  const scripts = [...page.matchAll(/<script src="([^"]+)"/g)].map(([, name]) => name);
  const pages = PAGES.map(([path, source]) => ({ path, file: pageFile(outputs, source) }));
  const isShared = sharedFiles(outputs, scripts, pages);
  const bundle = await rollup({
    input: ENTRY,
    // Angular has shaken off what is not used, and knows better.
    treeshake: false,
    plugins: [entryOf(root, scripts), smaller],
  });
  const { output } = await bundle.generate({
    entryFileNames: '[name]-[hash].js',
    chunkFileNames: 'chunk-[hash].js',
    hashCharacters: 'base36',
    manualChunks: (id) => (id === ENTRY || isShared(id.slice(root.length + 1)) ? ENTRY : undefined),
  });
  await bundle.close();
  for (const name of built) rmSync(join(root, name));
  for (const { fileName, code } of output) writeFileSync(join(root, fileName), code);
  const entry = output.find(({ isEntry }) => isEntry);
  writeFileSync(join(root, 'index.html'), packPage(page, root, entry.fileName, early));
  const list = pages.map(({ path, file }) => {
    const chunk = output.find(({ moduleIds }) => moduleIds.includes(join(root, file)));
    const needed = withImports(asOutputs(output), chunk.fileName);
    return { path, scripts: [...needed].filter((name) => name !== entry.fileName) };
  });
  writeFileSync(join(root, 'pages.json'), JSON.stringify(list));
}

function pageFile(outputs, source) {
  const file = Object.keys(outputs).find((name) => outputs[name].entryPoint === `client/app/${source}`);
  if (!file) throw new Error(`${source} is no page that is loaded on its own.`);
  return file;
}

/** Which files belong to the script of every page: those that it cannot run without, and small ones that a page shares. */
function sharedFiles(outputs, scripts, pages) {
  const always = new Set();
  for (const script of scripts) withImports(outputs, script, always);
  const ofPages = new Set();
  for (const { file } of pages) withImports(outputs, file, ofPages);
  const users = new Map();
  for (const entry of Object.keys(outputs).filter((file) => outputs[file].entryPoint))
    for (const needed of withImports(outputs, entry)) users.set(needed, (users.get(needed) ?? 0) + 1);
  const isSmall = (file) => outputs[file].bytes < SHARED_BYTES;
  return (file) => always.has(file) || (ofPages.has(file) && users.get(file) > 1 && isSmall(file));
}

/** A file and all that it cannot run without. */
function withImports(outputs, file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const { path, kind } of outputs[file].imports)
    if (kind === 'import-statement') withImports(outputs, path, found);
  return found;
}

/** What `rollup` wrote, in the shape of `stats.json`. */
function asOutputs(chunks) {
  const kind = 'import-statement';
  return Object.fromEntries(
    chunks.map(({ fileName, imports }) => [fileName, { imports: imports.map((path) => ({ path, kind })) }]),
  );
}

/** One module that runs the scripts of the page one after the other. */
function entryOf(root, scripts) {
  return {
    name: 'entry',
    resolveId: (id) => (id === ENTRY ? ENTRY : join(root, id.replace(/^\.\//, ''))),
    load: (id) => (id === ENTRY ? scripts.map((name) => `import './${name}';`).join('') : undefined),
  };
}

/** Angular minifies every file by itself, with esbuild: this takes 7 kB more off the script of every page. */
const smaller = {
  name: 'smaller',
  renderChunk: (code) =>
    minify(code, { module: true, ecma: 2022, compress: { passes: 2 }, format: { comments: false } }),
};

/** The page with its styles and what runs early in itself, and one script. */
function packPage(page, root, entry, early) {
  if (!page.includes(EARLY)) throw new Error(`There is no “${EARLY}” in client/index.html.`);
  return page
    .replace(EARLY, () => early)
    .replace(/<link rel="stylesheet" href="([^"]+)">/, (_link, name) => {
      const styles = readFileSync(join(root, name), 'utf8');
      rmSync(join(root, name));
      return `<style nonce="CSP_NONCE">${styles}</style><script type="module" src="${entry}"></script>`;
    })
    .replace(/<link rel="modulepreload"[^>]*>|<script src="[^"]*"[^>]*><\/script>/g, '');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await packAdmin();
