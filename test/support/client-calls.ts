import { Random } from '../../server/generation/random.js';
import { foldNaively, type NaiveRecord } from './naive-model.js';
import { parseTagged, type NaiveMessage } from './naive-lines.js';

export const CLIENTS = [
  'segment-node',
  'customerio-cdp',
  'rudder-node',
  'customerio-pipelines',
  'customerio-node',
  'customerio-node-4',
  'segment-browser',
  'customerio-browser',
] as const;
export type ClientName = (typeof CLIENTS)[number];

/** What becomes of a call that is no message. */
export type OtherOutcome = 'anonymous' | 'ignored' | 'rejected';

/** A call that a client is told to make. */
export interface ClientCall {
  readonly kind: 'identify' | 'track' | 'page' | 'group';
  /** Absent if the client sends none. */
  readonly id?: string;
  readonly userId: string;
  readonly anonymousId?: string;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** In ms since the Unix epoch; absent for a call that happens when it arrives. */
  readonly time?: number;
  readonly isWrong?: boolean;
  /** Is made by version 2 of the API of Customer.io. */
  readonly isVersion2?: boolean;
}

/** Calls of a client, and what they come to. */
export interface Scenario {
  readonly calls: readonly ClientCall[];
  /** In the order of their ids, which differ in the last digit. */
  readonly customers: readonly NaiveRecord[];
  /** The ids of the calls that are no messages. */
  readonly others: ReadonlyMap<string, OtherOutcome>;
}

const CALLS = 90;
const CUSTOMERS = 5;
const MS_PER_S = 1_000;
const DAY_MS = 86_400_000;
const DAYS = 30;
const NAMES = ['plan', 'name', 'age', 'tags', 'address', 'constructor'];
const EVENTS = ['Order Completed', ' spaced ', 'Zoë’s'];
const VALUES: readonly unknown[] = [
  ...['pro', 'Zoë "Z" <z@example.com>', '\u2028 ', '0049', '2026-01-02T03:04:05.678Z', 36, -0.5, 1e21, 1e-7],
  ...[true, false, null, null, '', '', [], {}, [null, '', 0], { city: 'Köln', lines: ['a', '', null, { floor: 3 }] }],
];

/**
 * Makes calls of a client: with values of every type, removals, late times, repeats, and calls that are no messages. A call without an id of the
 * caller's cannot be repeated, and the script of Customer.io takes none.
 * @param now ms since the Unix epoch
 */
export function scenarioOf(client: ClientName, seed: number, now: number): Scenario {
  const random = new Random(seed);
  const isTrack = client === 'customerio-node' || client === 'customerio-node-4';
  const times = Array.from({ length: CALLS }, (_, at) => at);
  random.shuffle(times);
  const calls: ClientCall[] = [];
  const messages: NaiveMessage[] = [];
  const others = new Map<string, OtherOutcome>();
  for (let at = 0; at < CALLS; at++) {
    const time = now - DAYS * DAY_MS + times[at] * MS_PER_S + random.below(MS_PER_S);
    const call = isTrack ? trackCall(client, at, time, random) : analyticsCall(client, at, time, random);
    calls.push(call);
    const other = otherOutcome(call);
    if (other) others.set(call.id ?? '', other);
    else messages.push(messageOf(call, at, now, isTrack));
    if (client !== 'customerio-browser' && call.time !== undefined && random.oneIn(4)) calls.push(call);
  }
  return { calls, customers: foldNaively(messages).sort((a, b) => (a.id < b.id ? -1 : 1)), others };
}

function analyticsCall(client: ClientName, at: number, time: number, random: Random): ClientCall {
  const call = { id: `${client}-${at}`, userId: userOf(client, random), name: random.pick(EVENTS), time };
  if (random.oneIn(12)) return { ...call, kind: 'track', anonymousId: 'anonymous-1', data: {} };
  if (random.oneIn(12)) return { ...call, kind: 'group', data: { employees: 7 } };
  if (random.oneIn(12)) return { ...call, kind: 'identify', data: { plan: 'x'.repeat(10_000) }, isWrong: true };
  const kind = random.pick(['identify', 'identify', 'identify', 'track', 'track', 'page'] as const);
  return { ...call, kind, data: dataOf(random) };
}

/** Version 1 of the API has no id and no time of an identify; it has them of an event, if the caller gives them. */
function trackCall(client: ClientName, at: number, time: number, random: Random): ClientCall {
  const id = `${client}-${at}`;
  const call = { userId: userOf(client, random), name: random.pick(EVENTS), data: dataOf(random) };
  if (random.oneIn(12)) return { ...call, id, kind: 'track', anonymousId: 'anonymous-1' };
  if (random.oneIn(12)) return { ...call, id, kind: 'group' };
  if (random.oneIn(12)) return { ...call, id, time: time + 2 * DAYS * DAY_MS, kind: 'track', isWrong: true };
  if (client === 'customerio-node' && random.oneIn(3)) {
    return { ...call, id, time, kind: random.pick(['identify', 'track'] as const), isVersion2: true };
  }
  const kind = random.pick(['identify', 'identify', 'track', 'page'] as const);
  if (kind === 'identify') return { ...call, kind };
  // Version 4 repeats nothing, so its callers give an id to what they may have to repeat.
  return client === 'customerio-node' && random.oneIn(2) ? { ...call, kind } : { ...call, id, kind, time };
}

function userOf(client: ClientName, random: Random): string {
  return `${client} a/ü@+%?#&${random.below(CUSTOMERS)}`;
}

function dataOf(random: Random): Record<string, unknown> {
  const names = NAMES.filter(() => random.oneIn(2));
  return Object.fromEntries(names.map((name) => [name, random.pick(VALUES)]));
}

function otherOutcome({ kind, anonymousId, isWrong }: ClientCall): OtherOutcome | undefined {
  if (anonymousId !== undefined) return 'anonymous';
  if (isWrong) return 'rejected';
  return kind === 'group' ? 'ignored' : undefined;
}

/** A call without a time happens after all that have one, in the order of calls. */
function messageOf(
  { kind, id = '', userId, name, data, time }: ClientCall,
  at: number,
  now: number,
  isInSeconds: boolean,
): NaiveMessage {
  const exact = time ?? now + at;
  const common = {
    id: id === '' ? `made-${at}` : id,
    userId,
    time: isInSeconds && time !== undefined ? exact - (exact % MS_PER_S) : exact,
  };
  if (kind !== 'identify') return { ...common, type: 'event', name: kind === 'page' ? 'page' : name.trim() };
  // Safe: the JSON of an object is one.
  const tagged = parseTagged(JSON.stringify(data)) as Record<string, never>;
  return {
    ...common,
    type: 'attributes',
    data: Object.entries(tagged).map(([member, value]) => [member.slice(1), value]),
  };
}
