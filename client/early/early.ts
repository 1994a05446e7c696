import { earlyUrls, requestEarly } from './requests';

// `server/build/pack-admin.mjs` puts this script into the page itself, so it runs before any other script is loaded.
globalThis.earlyRequests = requestEarly(earlyUrls(location.pathname, location.search));

// The first formatter of a locale takes a slow phone 50 ms. Making one here uses the time in which the network is busy.
requestAnimationFrame(() =>
  setTimeout(() => {
    new Intl.NumberFormat().format(1);
    new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(1);
  }),
);
