import { earlyPage } from './early-page';
import { firstView } from './first-view';
import { requestEarly } from './requests';
import { showFirst } from './show-first';

// `server/pack-admin.mjs` puts this into the page itself: it runs before any other script is here.
const page = earlyPage(location.pathname, location.search);
globalThis.earlyRequests = requestEarly(page);
if (page) void showFirst(firstView(page, globalThis.earlyRequests));

// The first formatter of a locale takes a slow phone 50 ms: better now, while it waits for the network.
requestAnimationFrame(() =>
  setTimeout(() => {
    new Intl.NumberFormat().format(1);
    new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(1);
  }),
);
