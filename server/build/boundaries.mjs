// The ESLint rule for imports between rooms. An import that is not listed here fails the build.
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const CLIENT_BASE = ['client/app/core', 'client/app/ui'];
const CUSTOMER_VIEW = [
  ...CLIENT_BASE,
  ...['model', 'wire', 'state', 'ui'].map((name) => `client/app/customers/${name}`),
];

const SOURCE_VIEW = [
  ...CLIENT_BASE,
  ...['model', 'wire', 'state', 'ui'].map((name) => `client/app/sources/${name}`),
  ...['client/app/access', 'client/app/ingest/data'],
];

/**
 * The rooms, each with the other rooms that its files may import. A file belongs to the room with the longest path that holds it.
 * Files outside every room and `*.module.ts` files may import anything: only they name an implementation.
 */
const ROOMS = {
  'server/config': [],
  'server/domain': [],
  'server/ingestion': ['server/domain', 'server/config'],
  'server/storage': ['server/domain', 'server/config'],
  'server/storage/memory': ['server/domain', 'server/storage'],
  'server/storage/postgres': ['server/domain', 'server/storage', 'server/storage/copy'],
  'server/storage/sqlite': ['server/domain', 'server/config', 'server/storage', 'server/storage/copy'],
  'server/storage/sqlite/search': [],
  'server/customers': ['server/domain', 'server/config', 'server/http'],
  'server/segments': ['server/domain', 'server/http', 'server/customers'],
  'server/overview': ['server/domain', 'server/http', 'server/customers', 'server/ingestion-runs'],
  'server/bulk-edits': ['server/domain', 'server/config', 'server/http', 'server/customers'],
  'server/exports': ['server/domain', 'server/http', 'server/customers', 'server/spreadsheets'],
  'server/ingestion-runs': ['server/domain', 'server/http'],
  'server/spreadsheets': ['server/domain'],
  'server/imports': ['server/domain', 'server/http', 'server/spreadsheets', 'server/ingestion/sources/gunzip.js'],
  'server/imports/commands': [
    ...['server/imports', 'server/domain', 'server/config', 'server/ingestion', 'server/spreadsheets'],
    'server/storage',
  ],
  'server/live': ['server/domain', 'server/config', 'server/http', 'server/access'],
  'server/live/commands': ['server/live', 'server/domain', 'server/storage', 'server/access', 'server/access/commands'],
  'server/live/formats': ['server/domain'],
  'server/health': ['server/domain', 'server/http'],
  'server/metrics': ['server/domain', 'server/http'],
  'server/http': ['server/domain', 'server/config', 'server/metrics', 'server/admin'],
  'server/access': ['server/domain', 'server/config', 'server/http'],
  'server/access/commands': ['server/access', 'server/domain', 'server/config', 'server/storage'],
  'server/admin': ['server/http'],
  'server/maintenance': ['server/domain', 'server/config', 'server/storage', 'server/storage/copy'],
  'server/generation': ['server/domain'],
  'server/verification': ['server/domain', 'server/config'],
  'client/early': ['client/app/core', 'client/app/customers/model', 'client/openapi.json'],
  'client/app/core': [],
  'client/app/ui': ['client/app/core'],
  'client/app/shell': ['client/app/core', 'client/app/ui'],
  // Only a `wire` knows the client that is generated from the description of the API, `client/app/api`.
  'client/app/customers/wire': ['client/app/api', 'client/app/core', 'client/app/customers/model'],
  'client/app/customers/model': ['client/app/core'],
  'client/app/customers/state': ['client/app/core', 'client/app/customers/model', 'client/app/customers/wire'],
  'client/app/customers/ui': [...CLIENT_BASE, 'client/app/customers/model', 'client/app/customers/state'],
  'client/app/customers/list': CUSTOMER_VIEW,
  'client/app/customers/show': [...CUSTOMER_VIEW, 'client/app/overview'],
  'client/app/customers/compare': [...CUSTOMER_VIEW, 'client/app/customers/show'],
  'client/app/customers/trash': CUSTOMER_VIEW,
  'client/app/customers/palette': CUSTOMER_VIEW,
  'client/app/customers/edit': CUSTOMER_VIEW,
  'client/app/customers/create': CUSTOMER_VIEW,
  'client/app/attributes': [...CUSTOMER_VIEW, 'client/app/attributes/wire', 'client/app/customers/list'],
  'client/app/attributes/wire': ['client/app/api', 'client/app/core'],
  'client/app/access': CLIENT_BASE,
  'client/app/access/wire': ['client/app/api', 'client/app/core'],
  'client/app/sources/wire': ['client/app/api', 'client/app/core', 'client/app/sources/model'],
  'client/app/sources/model': [],
  'client/app/sources/state': ['client/app/core', 'client/app/sources/model', 'client/app/sources/wire'],
  'client/app/sources/ui': SOURCE_VIEW,
  'client/app/sources/list': SOURCE_VIEW,
  'client/app/sources/show': [...SOURCE_VIEW, 'client/app/overview'],
  'client/app/sources/live': SOURCE_VIEW,
  'client/app/ingest': [...CLIENT_BASE, 'client/app/imports', 'client/app/imports/data'],
  'client/app/imports': [...CLIENT_BASE, 'client/app/imports/data', 'client/app/imports/wire'],
  'client/app/imports/wire': ['client/app/api', 'client/app/core'],
  'client/app/imports/data': ['client/app/core', 'client/app/imports/wire', 'client/app/ingest/wire'],
  'client/app/ingest/wire': ['client/app/api', 'client/app/core'],
  'client/app/ingest/data': ['client/app/core', 'client/app/ingest/wire'],
  'client/app/overview': [...CLIENT_BASE, 'client/app/ingest', 'client/app/ingest/wire'],
  'client/app/overview/wire': ['client/app/api', 'client/app/core'],
  'client/app/overview/data': ['client/app/core', 'client/app/overview/wire'],
};

/** The rooms whose files import no package and nothing of Node. */
const PURE = [
  'server/domain',
  'server/live/formats',
  'server/storage/sqlite/search',
  'client/early',
  'client/app/customers/model',
  'client/app/sources/model',
];

/** The rooms that are libraries, each with the only file that other rooms may import. */
const ENTRANCES = { 'server/storage/sqlite/search': 'server/storage/sqlite/search/search-index.js' };

const roomOf = (path) =>
  Object.keys(ROOMS)
    .filter((room) => path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];

/** @returns why the file must not import this, or undefined */
function objection(file, specifier) {
  const room = roomOf(file);
  const isRelative = specifier.startsWith('.');
  const target =
    isRelative &&
    relative(ROOT, join(ROOT, dirname(file), specifier))
      .split(sep)
      .join('/');
  if (file.startsWith('client/') && isRelative && target.startsWith('server/'))
    return 'Client and server never meet at run time.';
  const entered = isRelative ? roomOf(target) : undefined;
  if (entered !== room && target !== (ENTRANCES[entered] ?? target))
    return `${entered} is entered by ${ENTRANCES[entered]}.`;
  if (!room) return undefined;
  if (!isRelative) return PURE.includes(room) ? `${room} is pure: it imports no package.` : undefined;
  const isWithin = (allowed) =>
    target === allowed || (target.startsWith(`${allowed}/`) && [allowed, undefined].includes(roomOf(target)));
  if ([room, ...ROOMS[room]].some(isWithin)) return undefined;
  // A room may import its parts that have rules of their own.
  if (target.startsWith(`${room}/`)) return undefined;
  return `${room} may import ${ROOMS[room].join(', ') || 'nothing of ours'}, but not ${roomOf(target) ?? target}: they meet in a module.`;
}

export const boundaries = {
  rules: {
    rooms: {
      meta: { type: 'problem', schema: [] },
      create(context) {
        const file = relative(ROOT, context.filename).split(sep).join('/');
        const check = ({ source }) => {
          // A template without expressions is a text too.
          const specifier = source?.quasis?.length === 1 ? source.quasis[0].value.cooked : source?.value;
          const message = typeof specifier === 'string' && objection(file, specifier);
          if (message) context.report({ node: source, message });
        };
        return {
          ImportDeclaration: check,
          ImportExpression: check,
          TSImportType: check,
          TSExternalModuleReference: ({ expression }) => check({ source: expression }),
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
        };
      },
    },
  },
};
