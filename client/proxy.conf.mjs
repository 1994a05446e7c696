const target = 'http://localhost:1323';

/** `/customers/1004` is both a page and a resource: a browser that navigates gets the page from the dev server. */
const page = (request) => (request.headers.accept?.startsWith('text/html') ? '/index.html' : undefined);

export default {
  '/customers': { target, bypass: page },
  '/ingestions': { target, bypass: page },
  '/openapi.json': { target },
};
