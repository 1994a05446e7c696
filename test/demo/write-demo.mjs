// Writes the messages of an invented shop, the same bytes at each call. Usage: node test/demo/write-demo.mjs > data/messages.1.data
import { SimpleFaker } from '@faker-js/faker';
import { CAMPAIGNS, PRODUCTS, SLIPS, TICKETS } from './catalogue.mjs';
import { PLACES } from './places.mjs';

const CUSTOMERS = 320;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The moments between which everything happens, in seconds since the Unix epoch. */
const OPENED = Date.UTC(2026, 1, 2, 8) / 1000;
const NOW = Date.UTC(2026, 10, 28, 17, 30) / 1000;
/** One message in this many arrives up to two days late, or twice; one view of a product in this many has no customer. */
const LATE = 90;
const TWICE = 150;
const ANONYMOUS = 200;

const random = new SimpleFaker({ seed: 20261128 });
const { helpers, number, string } = random;
const oneIn = (n) => number.int({ min: 1, max: n }) === 1;
const among = (min, max) => number.int({ min, max });
const cents = (amount) => Math.round(amount * 100) / 100;
const iso = (seconds) => new Date(seconds * 1000).toISOString().replace('.000', '');

/** Messages with the second in which each arrives. */
const arrivals = [];
const taken = new Set();

function send(message) {
  // A message of the future is never sent: the shop has not seen it.
  if (message.timestamp > NOW) return;
  const late = oneIn(LATE) ? among(HOUR, 2 * DAY) : 0;
  const at = Math.min(message.timestamp + late, NOW);
  const id = string.uuid();
  const { user_id, ...rest } = message;
  const line = JSON.stringify({
    id,
    ...(message.name === 'product viewed' && oneIn(ANONYMOUS) ? rest : { user_id, ...rest }),
  });
  arrivals.push({ at, line });
  if (oneIn(TWICE)) arrivals.push({ at: Math.min(at + among(1, 3 * DAY), NOW), line });
}

const event = (user_id, timestamp, name, data) => send({ user_id, type: 'event', name, timestamp, data });
const attributes = (user_id, timestamp, data) => send({ user_id, type: 'attributes', timestamp, data });

/** Two forms of a name: as the person writes it, and in plain Latin letters. */
function nameFrom(list) {
  const [native, latin = native] = helpers.arrayElement(list).split('|');
  const plain = latin.replaceAll('ß', 'ss').replaceAll('ı', 'i').replaceAll(/[łŁ]/g, 'l').normalize('NFD');
  return { native, plain: plain.replaceAll(/[^a-zA-Z]/g, '').toLowerCase() };
}

function emailOf(first, last) {
  const domain = helpers.arrayElement(['example.com', 'example.org', 'example.net', 'mail.example.com']);
  const mailbox = helpers.arrayElement([
    `${first}.${last}`,
    `${first}${last}`,
    `${first[0]}.${last}`,
    `${last}.${first}`,
  ]);
  for (let number = 1; ; number++) {
    const email = `${mailbox}${number === 1 ? '' : number}@${domain}`;
    if (taken.has(email)) continue;
    taken.add(email);
    return email;
  }
}

function signUp(id, at) {
  const place = helpers.weightedArrayElement(PLACES.map((value) => ({ weight: value.weight, value })));
  const first = nameFrom(place.first);
  const last = nameFrom(place.last);
  const { city = helpers.arrayElement(place.cities), ...slip } = SLIPS.get(Number(id)) ?? {};
  attributes(id, at, {
    email: emailOf(first.plain, last.plain),
    first_name: first.native,
    last_name: last.native,
    city,
    country: place.country,
    locale: place.locale,
    plan: 'free',
    newsletter: oneIn(2),
    created_at: String(at),
    signed_up_at: iso(at),
    lifetime_value: 0,
    ...helpers.weightedArrayElement(CAMPAIGNS),
    ...slip,
  });
  event(id, at, 'signed up', { url: 'https://shop.example.com/join' });
}

/** One visit: some pages, perhaps a cart, perhaps an order. Returns what was ordered, or undefined. */
function visit(id, start, keen) {
  let at = start;
  if (oneIn(3)) event(id, at, 'page view', { url: 'https://shop.example.com/', title: 'Home' });
  const products = helpers.arrayElements(PRODUCTS, among(1, 3));
  for (const { sku, title, category, price } of products) {
    at += among(20, 4 * MINUTE);
    event(id, at, 'product viewed', { sku, title, category, price, currency: 'EUR' });
  }
  if (number.float() > keen) return undefined;
  const items = [];
  for (const { sku, title, price } of products.slice(0, among(1, products.length))) {
    at += among(10, 2 * MINUTE);
    const quantity = oneIn(5) ? 2 : 1;
    items.push({ sku, title, price, quantity });
    event(id, at, 'added to cart', { sku, price, quantity, currency: 'EUR' });
  }
  at += among(MINUTE, 5 * MINUTE);
  event(id, at, 'checkout started', { items: items.length, currency: 'EUR' });
  if (oneIn(3)) return undefined;
  at += among(MINUTE, 8 * MINUTE);
  const total = cents(items.reduce((sum, { price, quantity }) => sum + price * quantity, 0));
  const order = { order_id: `R-${among(100_000, 999_999)}`, total, currency: 'EUR' };
  const [{ sku, price }] = items;
  event(id, at, 'purchase', { ...order, sku, price, items });
  return { ...order, at };
}

/** What follows an order. Adds what it changes in the sum of the customer to `ledger`. */
function afterOrder(id, order, ledger) {
  ledger.push({ at: order.at + 1, amount: order.total, last_order_at: iso(order.at) });
  if (oneIn(6)) event(id, order.at + among(6, 12) * DAY, 'review written', { stars: among(3, 5) });
  if (!oneIn(9)) return;
  const opened = order.at + among(2, 6) * DAY;
  const ticket = `T-${among(1000, 9999)}`;
  event(id, opened, 'support ticket opened', { ticket, subject: helpers.arrayElement(TICKETS) });
  event(id, opened + among(HOUR, 2 * DAY), 'support ticket closed', { ticket, satisfied: !oneIn(5) });
  if (!oneIn(2)) return;
  const refunded = opened + 2 * DAY + HOUR;
  event(id, refunded, 'refund', { order_id: order.order_id, amount: order.total, currency: 'EUR' });
  ledger.push({ at: refunded + 1, amount: -order.total });
}

/** Sends the attributes that sum up orders and refunds, in the order of their times. */
function settle(id, ledger) {
  let value = 0;
  let orders = 0;
  for (const { at, amount, last_order_at } of ledger.sort((a, b) => a.at - b.at)) {
    value = cents(value + amount);
    if (amount < 0) attributes(id, at, { lifetime_value: value });
    else {
      orders++;
      attributes(id, at, { lifetime_value: value, orders, last_order_at });
      if (orders === 1) attributes(id, at + MINUTE, { favourite: helpers.arrayElement(['tea', 'coffee']) });
      if (orders === 2) attributes(id, at + HOUR, { plan: 'plus' });
      if (orders === 6)
        attributes(id, at + HOUR, { plan: 'pro', preferences: { grind: 'fine', decaf: false, sizes: [250, 500] } });
    }
  }
}

/** A customer from the sign-up on. Few come often, many seldom, and every sixth never again. */
function live(id, joined) {
  signUp(id, joined);
  if (oneIn(6)) return;
  const [keen, pause] = helpers.weightedArrayElement([
    { weight: 5, value: [0.12, among(20, 70)] },
    { weight: 4, value: [0.35, among(12, 40)] },
    { weight: 1, value: [0.7, 7] },
  ]);
  const ledger = [];
  for (let day = 0; ; day += among(1, 2 * pause)) {
    const at = joined + day * DAY + (day === 0 ? 5 * MINUTE : among(-5 * HOUR, 5 * HOUR));
    if (at > NOW - HOUR) break;
    const order = visit(id, at, keen);
    if (order !== undefined) afterOrder(id, order, ledger);
    if (oneIn(12))
      event(id, at + DAY, 'newsletter opened', { campaign: helpers.arrayElement(['recipes', 'new-in', 'sale']) });
    if (oneIn(40)) attributes(id, at + DAY, { newsletter: false });
  }
  settle(id, ledger);
  if (oneIn(12)) attributes(id, joined + 20 * DAY, { utm_campaign: null, utm_medium: null, utm_source: null });
}

for (let index = 0; index < CUSTOMERS; index++) {
  // The shop grows: half of its customers joined in the last third of the time.
  const joined = OPENED + Math.floor((NOW - OPENED - 2 * HOUR) * (index / (CUSTOMERS - 1)) ** 0.65);
  live(String(index + 1), joined + among(0, HOUR));
}
arrivals.sort((a, b) => a.at - b.at);
process.stdout.write(arrivals.map(({ line }) => `${line}\n`).join(''));
