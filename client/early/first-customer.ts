import type { HistoryAnswer } from '../app/api/models/history-answer';
import { countText } from '../app/core/count-text';
import type { Attributes, Customer } from '../app/customers/model/customer';
import { personOf } from '../app/customers/model/person';
import { EVENTS_AT_FIRST, SEARCHED_FROM } from '../app/customers/model/shown-at-first';
import { element, pair, textOf, texts } from './elements';

/** More are below the first screen. */
const MOST_ROWS = 25;

/** @param history of edits, if they are here already */
export function customerView(id: string, customer: Customer, history: HistoryAnswer | null): Node[] {
  return [
    element('div', 'crumbs', texts().customers),
    headOf(id, customer),
    element(
      'div',
      'first-columns',
      attributesOf(customer.attributes),
      element('div', '', eventsOf(customer.events), historyOf(history)),
    ),
  ];
}

function headOf(id: string, customer: Customer): HTMLElement {
  const { title, email, initials, hue } = personOf(customer);
  const badge = element('span', 'first-badge', initials);
  badge.style.setProperty('--hue', String(hue));
  const facts = element(
    'div',
    'first-facts',
    element('p', '', element('bdi', '', email ?? '–')),
    element('p', '', element('span', 'hint', texts().id), ' ', element('bdi', '', id)),
  );
  return element('div', 'first-head', badge, element('div', '', element('h1', '', element('bdi', '', title)), facts));
}

function attributesOf(attributes: Attributes): HTMLElement {
  const names = Object.keys(attributes).sort();
  const heading = headingOf(texts().attributes, names.length);
  if (names.length >= SEARCHED_FROM) heading.className = 'first-searched';
  const pairs = names.slice(0, MOST_ROWS).map((name) => pair(name, textOf(attributes[name])));
  return element('div', 'card padded first-pairs', heading, ...pairs);
}

function eventsOf(events: Customer['events']): HTMLElement {
  const counted = Object.entries(events).sort(([, a], [, b]) => b - a);
  const total = counted.reduce((sum, [, count]) => sum + count, 0);
  const rows = counted
    .slice(0, EVENTS_AT_FIRST)
    .map(([name, count]) => element('p', '', element('b', '', countText(count)), element('bdi', '', name)));
  return element('div', 'card padded first-events', headingOf(texts().events, total), ...rows);
}

function historyOf(history: HistoryAnswer | null): HTMLElement {
  const nobody = history?.history.length === 0 ? texts().nobodyEdited : '';
  const heading = element('strong', '', texts().history);
  return element('div', 'card padded first-history', element('p', '', heading, '\n', nobody));
}

function headingOf(text: string, count: number): HTMLElement {
  return element('h2', '', text, ' ', element('span', 'muted', countText(count)));
}
