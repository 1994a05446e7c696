import type { EarlyPage } from './early-page';
import { firstView } from './first-view';
import { showFirst } from './show-first';

const view = (page: EarlyPage, body: unknown) => {
  const promise = Promise.resolve({ answer: {} as Response, body });
  const settled = { answer: {} as Response, body: { history: [] } };
  const second = { promise: Promise.resolve(settled), settled };
  return firstView(
    page,
    new Map([
      ['/first', { promise }],
      ['/second', second],
    ]),
  );
};
const html = async (page: EarlyPage, body: unknown): Promise<HTMLElement> => {
  const place = document.createElement('div');
  place.append(...((await view(page, body)) ?? []));
  return place;
};
const texts = (place: HTMLElement, what: string) =>
  [...place.querySelectorAll(what)].map((found) => found.textContent.replaceAll('\t', ' '));

describe('the first view of a page', () => {
  afterEach(() => {
    document.body.replaceChildren();
    document.documentElement.lang = 'en';
  });

  it('of the list: how many there are, and who', async () => {
    const customers = [
      { id: 1, attributes: { email: 'a@example.com' }, events: {}, last_updated: 1 },
      { id: 'x', attributes: {}, events: {}, last_updated: 1 },
      { id: 'y', attributes: { email: { odd: true } }, events: {}, last_updated: 1 },
    ];
    const meta = { page: 1, per_page: 25, total: 12345, total_is_minimum: true };
    const place = await html({ kind: 'list' }, { customers, meta });
    expect(texts(place, 'h1')).toEqual(['Customers12,345+']);
    expect(texts(place, 'p')).toEqual(['1 a@example.com', 'x –', 'y {"odd":true}']);
  });

  it('of a customer: the name, and every attribute as text, whatever it holds', async () => {
    const attributes = {
      last_name: 'Doe',
      first_name: 'Jo',
      email: '<img src=x onerror=alert(1)>',
      n: 1,
      list: [1, 'a'],
    };
    const customer = { id: 'k', attributes, events: { few: 2, many: 3000 }, last_updated: 1 };
    const place = await html({ kind: 'customer', id: 'k' }, { customer });
    expect(texts(place, 'h1')).toEqual(['Jo Doe']);
    expect(texts(place, '.first-events p')).toEqual(['3,000many', '2few']);
    expect(texts(place, '.first-history')).toEqual([expect.stringContaining('Nobody edited this customer.')]);
    expect(texts(place, '.first-facts p')).toEqual(['<img src=x onerror=alert(1)>', 'Id k']);
    expect(texts(place, '.first-pairs p')).toEqual([
      'email <img src=x onerror=alert(1)>',
      'first_name Jo',
      'last_name Doe',
      'list [1,"a"]',
      'n 1',
    ]);
    expect(place.querySelector('img')).toBeNull();
  });

  it('of a customer with a lot: what fits', async () => {
    const attributes = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a${i}`, 'ä'.repeat(5000)]));
    const customer = { id: 'k', attributes, events: {}, last_updated: 1 };
    const place = await html({ kind: 'customer', id: 'k' }, { customer });
    expect(texts(place, 'h2')).toEqual(['Attributes 200', 'Events 0']);
    expect(place.querySelectorAll('.first-pairs p')).toHaveLength(25);
    expect(place.textContent.length).toBeLessThan(9000);
  });

  it('of the overview and of ingestion, in the language of the page', async () => {
    document.documentElement.lang = 'de';
    const numbers = { customers: 3, events: 20, event_names: 2, attribute_names: 4 };
    const overview = await html({ kind: 'overview' }, numbers);
    expect(texts(overview, '.first-totals p')).toEqual([
      'Kunden 3',
      'Ereignisse 20',
      'Ereignisnamen 2',
      'Attributnamen 4',
    ]);
    expect(texts(await html({ kind: 'ingest' }, null), 'h1')).toEqual(['Einlesen']);
  });

  it('is none where there is nothing to be seen', async () => {
    expect(await view({ kind: 'list' }, { customers: [], meta: { total: 0 } })).toBeNull();
    expect(await view({ kind: 'overview' }, { customers: 0 })).toBeNull();
    expect(await view({ kind: 'customer', id: '7' }, null)).toBeNull();
    expect(await view({ kind: 'edit', id: '7' }, { customer: {} })).toBeNull();
  });

  it('takes the place of the outline and can be read aloud, but not of the page', async () => {
    document.body.innerHTML = '<main class="outline-page" aria-hidden="true"><i></i></main>';
    const outline = document.querySelector('main');
    await showFirst(view({ kind: 'ingest' }, null));
    expect(outline?.textContent).toContain('Ingest');
    expect(outline?.hasAttribute('aria-hidden')).toBe(false);

    document.body.innerHTML = '<main id="main">the page</main>';
    await showFirst(view({ kind: 'ingest' }, null));
    expect(document.body.textContent).toBe('the page');
  });

  it('leaves the outline as it is when there is no answer', async () => {
    document.body.innerHTML = '<main class="outline-page" aria-hidden="true"><i></i></main>';
    await showFirst(Promise.reject(new TypeError('Failed to fetch')));
    expect(document.querySelector('i')).not.toBeNull();
  });
});
