import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { preProcessFile } from 'typescript';

const ROOT = join(__dirname, '../..');
/** The text of each file is replaced by the line. */
const VIOLATIONS: readonly (readonly [file: string, line: string])[] = [
  ['server/domain/customer/fold.ts', "import 'node:fs';"],
  ['server/domain/customer/fold.ts', "import '@nestjs/common';"],
  ['server/domain/customer/fold.ts', "import '../../config/config.js';"],
  ['server/domain/customer/fold.ts', "await import('../../config/config.js');"],
  ['server/domain/customer/fold.ts', 'await import(`node:fs`);'],
  ['server/domain/customer/fold.ts', "export type Config = import('../../config/config.js').Config;"],
  ['server/domain/customer/fold.ts', "import fs = require('node:fs');"],
  ['server/ingestion/scanning/parse-line.ts', "import '../../storage/sqlite/open.js';"],
  ['server/ingestion/scanning/parse-line.ts', "export * from '../../customers/paging.js';"],
  ['server/storage/sqlite/open.ts', "import '../../ingestion/sources/source.js';"],
  ['server/storage/sqlite/open.ts', "import '../postgres/open.js';"],
  ['server/storage/sqlite/open.ts', "import './search/labels.js';"],
  ['server/storage/sqlite/search/labels.ts', "import 'node:fs';"],
  ['server/storage/sqlite/search/labels.ts', "import '@photostructure/sqlite';"],
  ['server/storage/sqlite/search/labels.ts', "import '../database/database.js';"],
  [
    'server/storage/sqlite/search/labels.ts',
    "export type { CustomerRecord } from '../../../domain/customer/customer.js';",
  ],
  ['server/storage/open-engine.ts', "import './sqlite/search/labels.js';"],
  ['server/customers/customers.service.ts', "import '../storage/sqlite/open.js';"],
  ['server/customers/customers.service.ts', "import '../ingestion/sources/source.js';"],
  ['server/http/etag.ts', "import '../customers/paging.js';"],
  ['server/http/etag.ts', "import '../storage/sqlite/open.js';"],
  ['server/live/formats/segment.ts', "import 'node:zlib';"],
  ['server/live/formats/segment.ts', "import '../../http/etag.js';"],
  ['server/live/formats/segment.ts', "import '../../ingestion/sources/source.js';"],
  ['client/app/ui/icon.ts', "import '../customers/model/customer';"],
  ['client/app/app.ts', "import '../../server/domain/json.js';"],
  ['client/app/customers/model/person.ts', "import '@angular/core';"],
  ['client/app/customers/model/person.ts', "import '../state/picked';"],
  ['client/app/customers/wire/selection.ts', "import '../state/picked';"],
  ['client/app/customers/state/picked.ts', "import '../../api/models/customer';"],
  ['client/app/customers/ui/save-bar.ts', "import '../edit/change-list';"],
  ['client/app/customers/list/pager.ts', "import '../show/customer-show';"],
  ['client/app/customers/list/pager.ts', "import '../../api/models/customer';"],
  ['client/app/ingest/ingest.ts', "import '../customers/model/customer';"],
  ['client/app/ingest/ingest.ts', "import '../api/models/ingestion-view';"],
  ['client/app/ingest/data/upload-queue.ts', "import '../ingest';"],
  ['client/app/overview/overview.ts', "import '../api/models/overview-answer';"],
  ['client/early/requests.ts', "import 'rxjs';"],
];

const READS_ENVIRONMENT = 'export const port = process.env.PORT;';
const ALLOWED: readonly (readonly [file: string, line: string])[] = [
  ['server/config/config.ts', READS_ENVIRONMENT],
  ['server/ingestion/scanning/parse-line.ts', "import '../../domain/errors.js';"],
  ['server/storage/open-engine.ts', "import './postgres/open.js';"],
  ['server/storage/sqlite/open.ts', "import './customers/row.js';"],
  ['server/storage/sqlite/open.ts', "import './search/search-index.js';"],
  ['server/storage/sqlite/search/labels.ts', "import './terms.js';"],
  ['server/domain/customer/fold.ts', "import '../text.js';"],
  ['server/live/formats/segment.ts', "import '../../domain/json.js';"],
  ['client/app/customers/wire/customers-client.ts', "import '../../api/models/customer';"],
  ['client/app/customers/list/pager.ts', "import '../model/customer';"],
  ['client/app/overview/overview.ts', "import '../ingest/wire/ingestion';"],
];

/** The relative imports of each source file, types included. */
function importsOfFiles(folder: string): ReadonlyMap<string, readonly string[]> {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  const own = names.filter((name) => name.endsWith('.ts') && !name.includes('node_modules'));
  const files = own.map((name) => join(ROOT, folder, name));
  return new Map(
    files.map((file) => {
      const imports = preProcessFile(readFileSync(file, 'utf8')).importedFiles.filter(({ fileName }) =>
        fileName.startsWith('.'),
      );
      return [file, imports.map(({ fileName }) => `${join(dirname(file), fileName).replace(/\.js$/, '')}.ts`)];
    }),
  );
}

/** The circles among imports, each as the names of its files. */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].map(nameOf).join(' → '));
    else if (!finished.has(file)) for (const imported of imports.get(file) ?? []) visit(imported, [...path, file]);
    finished.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

const nameOf = (file: string): string => relative(ROOT, file);

describe('the boundaries of the house', () => {
  it.each(['server', 'client/app', 'test'])('hold no circle of imports in %s', (folder) => {
    const imports = importsOfFiles(folder);
    expect(imports.size).toBeGreaterThan(100);
    expect(circlesIn(imports)).toEqual([]);
  });

  const snippets = [...VIOLATIONS, ['server/http/etag.ts', READS_ENVIRONMENT] as const, ...ALLOWED];
  const broken = new Map<string, string[]>();

  beforeAll(() => {
    const script = join(ROOT, 'test/support/lint-snippets.mjs');
    const output = execFileSync(process.execPath, [script], {
      cwd: ROOT,
      input: JSON.stringify(snippets),
      encoding: 'utf8',
    });
    const rules = JSON.parse(output) as string[][];
    snippets.forEach(([file, line], i) => broken.set(`${file} ${line}`, rules[i]));
  });

  it.each(VIOLATIONS)('%s refuses %s', (file, line) => {
    expect(broken.get(`${file} ${line}`)).toEqual(['boundaries/rooms']);
  });

  it('let only the configuration read the environment', () => {
    expect(broken.get(`server/http/etag.ts ${READS_ENVIRONMENT}`)).toEqual(['no-restricted-properties']);
  });

  it.each(ALLOWED)('%s may have %s', (file, line) => {
    expect(broken.get(`${file} ${line}`)).toEqual([]);
  });
});
