// Writes customers with 16 attributes, of every kind that matters to a search, and some events. The file is the same every time.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const FIRST = ['anna', 'bill', 'carla', 'dmitri', 'elena', 'farid', 'grace', 'hiro', 'ines', 'jörg', 'käthe', 'liam'];
const LAST = ['smith', 'müller', 'garcia', 'tanaka', 'okafor', 'novak', 'rossi', 'dubois', 'larsen', 'silva', 'chen'];
const CITIES = ['Zürich', 'Berlin', 'Lagos', 'Osaka', 'São Paulo', 'Toronto', 'Kyiv', 'Lisbon', 'Austin', 'Wellington'];
const HOSTS = ['example.com', 'gmail.com', 'mail.example.org', 'acme.co', 'post.ch'];
const PLANS = ['free', 'free', 'free', 'free', 'basic', 'basic', 'pro', 'enterprise'];
const EVENTS = ['page', 'login', 'purchase', 'signup', 'refund', 'invite', 'export'];
const WORDS = ['lorem', 'ipsum', 'dolor', 'amet', 'elit', 'sed', 'tempor', 'magna', 'aliqua', 'enim', 'minim', 'quis'];

function random(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const hex = (next, digits) => Array.from({ length: digits }, () => next(16).toString(16)).join('');

/** The id of customer i. Every tenth id is not a number. */
export function idOf(i) {
  return i % 10 === 3 ? `user_${(i * 7919) % 10_000_019}` : String(i + 1);
}

export function attributesOf(i) {
  const next = random(i);
  const pick = (list) => list[next(list.length)];
  const first = pick(FIRST);
  const last = pick(LAST);
  const created = 1_400_000_000 + next(200_000_000);
  return {
    email: `${first}.${last}${i}@${pick(HOSTS)}`,
    created_at: String(created),
    first_name: first,
    last_name: last,
    city: pick(CITIES),
    plan: pick(PLANS),
    phone: `+41 ${10 + next(90)} ${100 + next(900)} ${10 + next(90)} ${10 + next(90)}`,
    company: `${pick(WORDS)} ${pick(WORDS)} ${next(5000)} Ltd`,
    score: next(1000) / 10,
    vip: next(50) === 0,
    token: hex(next, 24),
    referrer: `https://${pick(HOSTS)}/${pick(WORDS)}/${next(100_000)}`,
    notes: `${pick(WORDS)} ${pick(WORDS)} ${pick(WORDS)} ${pick(WORDS)} ${pick(WORDS)}`,
    locale: pick(['de-CH', 'en-US', 'pt-BR', 'ja-JP']),
    last_ip: `${next(256)}.${next(256)}.${next(256)}.${next(256)}`,
    tags: [pick(WORDS), pick(WORDS)],
  };
}

/** The moment of the bench, in seconds since the Unix epoch: relative times are read by it. */
export const NOW = 1_600_000_000;
/** Seconds before {@link NOW} over which further events are spread. */
const PERIOD = 400 * 86_400;

/** @param events further events of each customer, besides up to three old ones */
export async function writeCustomers(path, customers, events = 0) {
  const file = createWriteStream(path);
  let text = '';
  for (let i = 0; i < customers; i++) {
    const next = random(i + 1e9);
    const user_id = idOf(i);
    const timestamp = 1_500_000_000 + next(100_000_000);
    text += `${JSON.stringify({ id: `a${i}`, type: 'attributes', user_id, data: attributesOf(i), timestamp })}\n`;
    for (let e = next(4); e > 0; e--) {
      const name = EVENTS[Math.min(next(EVENTS.length), next(EVENTS.length))];
      text += `${JSON.stringify({ id: `e${i}-${e}`, type: 'event', name, user_id, timestamp: timestamp - e })}\n`;
    }
    for (let e = 0; e < events; e++) {
      const name = EVENTS[Math.min(next(EVENTS.length), next(EVENTS.length))];
      const at = NOW - next(PERIOD);
      text += `${JSON.stringify({ id: `f${i}-${e}`, type: 'event', name, user_id, timestamp: at })}\n`;
    }
    if (text.length > 1 << 20) {
      if (!file.write(text)) await once(file, 'drain');
      text = '';
    }
  }
  file.end(text);
  await once(file, 'finish');
}
