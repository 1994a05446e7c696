import type { FirstView } from './first-view';

/** Since the navigation. Where the scripts come sooner, nothing is to be seen twice. */
const PATIENCE_MS = 250;

/** Puts what a page says into its outline, unless the page itself is there by then. */
export async function showFirst(view: Promise<FirstView>): Promise<void> {
  const nodes = await view.catch(() => null); // The page asks anew, and says what is wrong.
  if (!nodes) return;
  await new Promise((waited) => setTimeout(waited, PATIENCE_MS - performance.now()));
  const place = await outline();
  if (!place) return;
  place.replaceChildren(...nodes);
  place.removeAttribute('aria-hidden');
}

/** Null once the page has taken its place. */
async function outline(): Promise<Element | null> {
  for (;;) {
    const place = document.querySelector('.outline-page');
    if (place || document.readyState !== 'loading') return place;
    await new Promise(requestAnimationFrame);
  }
}
