const target = `http://localhost:${process.env.PORT ?? 1323}`;

/** `/customers/1004` is both a page and a resource. A browser that navigates gets the page from the development server. */
const page = (request) => (request.headers.accept?.startsWith('text/html') ? '/index.html' : undefined);

const both = [
  '/customers',
  '/attributes',
  '/ingestions',
  '/overview',
  '/sources',
  '/live',
  '/trash',
  '/users',
  '/tokens',
  '/audit',
  '/setup',
];
const api = [
  '/session',
  '/codes',
  '/segments',
  '/attribute-names',
  '/attribute-values',
  '/labels',
  '/event-names',
  '/exports',
  '/bulk-edits',
  '/imports',
  '/openapi.json',
  '/health',
];

export default {
  ...Object.fromEntries(both.map((path) => [path, { target, bypass: page }])),
  ...Object.fromEntries(api.map((path) => [path, { target }])),
};
