// Leaves a list of the scripts that each page of the admin needs beyond those of every page: the server names them in the page, so
// that a browser asks for all of them at once instead of one after the other.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = fileURLToPath(new URL('../dist/client', import.meta.url));

/** The paths of a page and where it is in the sources, as in `client/app/app.routes.ts`; the first that fits counts. */
const PAGES = [
  ['^/(?:customers/?)?$', 'customers/customer-list/customer-list.ts'],
  ['^/customers/[^/]+/edit/?$', 'customers/customer-edit/customer-edit.ts'],
  ['^/customers/[^/]+/?$', 'customers/customer-show/customer-show.ts'],
  ['^/new-customer/?$', 'customers/customer-create/customer-create.ts'],
  ['^/overview/?$', 'overview/overview.ts'],
  ['^/ingest/?$', 'ingest/ingest.ts'],
];

export function hintAdmin() {
  const { outputs } = JSON.parse(readFileSync(`${folder}/stats.json`, 'utf8'));
  const fileOf = (source) => Object.keys(outputs).find((file) => outputs[file].entryPoint === source);
  const main = withImports(outputs, fileOf('client/main.ts'));
  const pages = PAGES.map(([path, source]) => {
    const file = fileOf(`client/app/${source}`);
    if (!file) throw new Error(`${source} is no page that is loaded on its own.`);
    return { path, scripts: [...withImports(outputs, file)].filter((script) => !main.has(script)) };
  });
  writeFileSync(`${folder}/browser/pages.json`, JSON.stringify(pages));
}

/** A file and all that it cannot run without. */
function withImports(outputs, file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const { path, kind } of outputs[file].imports)
    if (kind === 'import-statement') withImports(outputs, path, found);
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) hintAdmin();
