import type { CustomerAnswer } from '../app/api/models/customer-answer';
import type { HistoryAnswer } from '../app/api/models/history-answer';
import type { OverviewAnswer } from '../app/api/models/overview-answer';
import { countText } from '../app/core/count-text';
import type { EarlyRequest } from '../app/core/early-answers';
import type { CustomerPage } from '../app/customers/model/customer';
import type { EarlyPage } from './early-page';
import { element, pair, textOf, texts } from './elements';
import { customerView } from './first-customer';

/** What a first view is made of; null where there is nothing to be seen yet. */
export type FirstView = readonly Node[] | null;

/** How long what belongs to the first answer is waited for behind it. */
const SOON_MS = 100;

/**
 * What a page says, as soon as its first answer is here and before any script is: on a slow phone a second sooner. Nothing in it can be
 * clicked, and the page itself takes its place, where everything looks alike and stands where it stood.
 * @param requests the answers, by URL; the first one is drawn
 */
export async function firstView(page: EarlyPage, requests: ReadonlyMap<string, EarlyRequest>): Promise<FirstView> {
  if (page.kind === 'ingest') return ingestView();
  if (page.kind === 'edit') return null;
  const [first, second] = requests.values();
  const { body } = await first.promise;
  if (body === null) return null;
  // Safe: what the own server says with 200 to these URLs.
  switch (page.kind) {
    case 'list':
      return listView(body as CustomerPage);
    case 'customer':
      return customerView(page.id, (body as CustomerAnswer).customer, await soon(second));
    case 'overview':
      return overviewView(body as OverviewAnswer);
    default:
      page satisfies never;
      return null;
  }
}

function listView({ customers, meta }: CustomerPage): FirstView {
  if (customers.length === 0) return null;
  const total = countText(meta.total) + (meta.total_is_minimum ? '+' : '');
  const rows = customers.map(({ id, attributes }) => pair(String(id), textOf(attributes.email ?? '–')));
  return [
    element('h1', 'first-list', texts().customers, element('span', 'first-total', total)),
    element('i', 'first-tools'),
    element('div', 'card first-rows', ...rows),
  ];
}

function overviewView(numbers: OverviewAnswer): FirstView {
  if (numbers.customers === 0) return null;
  const { customers, events, eventNames, attributeNames, overview, updated, updatedHint } = texts();
  const totals = [
    [customers, numbers.customers],
    [events, numbers.events],
    [eventNames, numbers.event_names],
    [attributeNames, numbers.attribute_names],
  ] as const;
  return [
    element('h1', '', overview),
    element('div', 'card first-totals', ...totals.map(([label, count]) => pair(label, countText(count)))),
    element('div', 'card padded first-plot', element('p', 'hint', element('strong', '', updated), '\n', updatedHint)),
  ];
}

function ingestView(): FirstView {
  const { ingest, drop, dropHint } = texts();
  return [
    element('h1', '', ingest),
    element('div', 'first-drop', element('p', 'hint', element('strong', '', drop), '\n', dropHint)),
  ];
}

/** What comes with the first answer or right behind it. */
async function soon(request: EarlyRequest): Promise<HistoryAnswer | null> {
  const late = new Promise<null>((waited) => setTimeout(() => waited(null), SOON_MS));
  const answer = await Promise.race([request.promise.catch(() => null), late]);
  return answer ? (answer.body as HistoryAnswer | null) : null;
}
