import { hash } from 'node:crypto';
import { toState, type CustomerState, type StoredCustomer } from '../domain/customer/customer.js';
import { formatTimestamp } from '../domain/message/timestamp.js';
import { LIMITS, utf8Length } from '../domain/limits.js';

/** Limit of the attributes of one message, in bytes of JSON, so that the line stays below its own limit. */
const DATA_BYTES = LIMITS.lineBytes / 2;
const ID = 'roster-export';

/**
 * Writes a customer as messages from which `ingest` makes the same customer, in a database that does not know it:
 *
 * - one message for each timestamp of its attributes, tombstones included; several if one would be too long
 * - its events, all at the time of its last update, with ids from their name and number, which are the same in every export
 * - a message without attributes, if no other message has the time of the last update
 *
 * A message that was ahead of the clock may have left a timestamp later than the last update. It is set back to the last update, as
 * the customer would otherwise be updated later than it was.
 */
export function messageLines(stored: StoredCustomer): Generator<string> {
  return stateLines(toState(stored.id, stored, undefined), -1, ID);
}

/**
 * As {@link messageLines}.
 * @param written the latest time of the messages that are written already, in ms since the Unix epoch
 * @param prefix of the ids of events
 */
export function* stateLines(state: CustomerState, written: number, prefix: string): Generator<string> {
  const user = JSON.stringify(state.id);
  let latest = state.events.size > 0 ? state.lastUpdated : written;
  for (const [timestamp, members] of attributesByTime(state)) {
    latest = Math.max(latest, timestamp);
    for (const data of dataOf(members)) yield attributesLine(user, data, timestamp);
  }
  for (const [name, count] of state.events) {
    const key = hash('sha1', name, 'base64url');
    const rest = `"type":"event","name":${JSON.stringify(name)},"user_id":${user},"timestamp":${formatTimestamp(state.lastUpdated)}}\n`;
    for (let number = 1; number <= count; number++) yield `{"id":"${prefix}-${key}-${number}",${rest}`;
  }
  if (latest < state.lastUpdated) yield attributesLine(user, '{}', state.lastUpdated);
}

function attributesLine(user: string, data: string, timestamp: number): string {
  return `{"id":"${ID}","type":"attributes","user_id":${user},"data":${data},"timestamp":${formatTimestamp(timestamp)}}\n`;
}

/** Members of `data` as JSON, grouped by timestamp. */
function attributesByTime({ attributes, lastUpdated }: CustomerState): Map<number, string[]> {
  const byTime = new Map<number, string[]>();
  for (const [name, { value, timestamp }] of attributes) {
    const time = Math.min(timestamp, lastUpdated);
    const member = `${JSON.stringify(name)}:${value ?? 'null'}`;
    const members = byTime.get(time);
    if (members) members.push(member);
    else byTime.set(time, [member]);
  }
  return byTime;
}

/** The members in as many objects as the limits of a message demand. */
function* dataOf(members: readonly string[]): Generator<string> {
  let data = '';
  let bytes = 0;
  let count = 0;
  for (const member of members) {
    const length = utf8Length(member);
    if (bytes + length > DATA_BYTES || count === LIMITS.attributes) {
      yield `{${data}}`;
      [data, bytes, count] = ['', 0, 0];
    }
    count++;
    data += `${data && ','}${member}`;
    bytes += length + 1;
  }
  if (data) yield `{${data}}`;
}
