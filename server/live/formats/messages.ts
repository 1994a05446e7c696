import { parseJson, type Json } from '../../domain/json.js';
import { excessIn } from '../../domain/json-extent.js';
import { LIMITS } from '../../domain/limits.js';
import { hintOf } from '../../domain/message/reject-hint.js';
import type { RejectReason } from '../../domain/message/message.js';
import { utf8Text } from '../../domain/utf8.js';
import { itemOf, malformed, NO_JSON, parseBody, parseText, readList, readOnly, writeAsItCame } from './body.js';
import { errorAnswer } from './error-answer.js';
import { isSpace, ListItems } from './list-items.js';
import type { LiveAnswer, LiveFacts, LiveOutcome, LiveResult, Malformed, MemberNames, Reading } from './live-call.js';
import { readCall, TERSE, wrong } from './read-call.js';

/* Roster's own format, `POST /messages`: one message of section 1, an array of them, or JSON lines. */

const NAMES: MemberNames = {};
/** Size of a list, in bytes, from which its messages are parsed one by one, so that other requests have their turns. */
const LARGE_BYTES = 64 * 1024;
const LINE_FEED = 10;
const OPEN_LIST = 91;
const OPEN = 123;
const CLOSE = 125;
const MARK = [0xef, 0xbb, 0xbf];
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param bytes inflated */
export function readMessages(bytes: Uint8Array, facts: LiveFacts): Reading {
  return readLargeList(bytes, facts) ?? readWhole(bytes, facts);
}

/** Reads a large list one item after another. @returns undefined for any other body */
function readLargeList(bytes: Uint8Array, facts: LiveFacts): Reading | undefined {
  if (bytes.length < LARGE_BYTES || excessIn(bytes, { depth: LIMITS.depth })) return undefined;
  const items = ListItems.in(bytes, hasMark(bytes) ? MARK.length : 0);
  const read = (item: Uint8Array, index: number, of: LiveFacts): LiveOutcome | Malformed => {
    const parsed = parseText(item, decoder);
    if (parsed.kind === 'malformed') return parsed;
    return parsed.value === undefined ? malformed('invalid_json', NO_JSON) : readOne(parsed.value, index, of);
  };
  return items && readList(items, facts, read, (item) => writeAsItCame(parseJson(decoder.decode(item))));
}

function readWhole(bytes: Uint8Array, facts: LiveFacts): Reading {
  const body = parseBody(bytes);
  if (body.kind === 'json') {
    const { value } = body;
    if (value === undefined)
      return malformed('invalid_json', 'The body is empty. Send a message, a list or JSON lines.');
    if (Array.isArray(value)) return readList(value, facts, readOne, writeAsItCame);
    return readOnly(value, readOne(value, 0, facts));
  }
  if (body.code !== 'invalid_json') return body;
  const lines = linesOf(hasMark(bytes) ? bytes.subarray(MARK.length) : bytes);
  // A list over several lines is no JSON lines, even where some of its lines are objects.
  const isLines = lines.length > 1 && lines[0][0] !== OPEN_LIST && lines.some(isObjectLine);
  return isLines ? readList(lines, facts, readLine, utf8Text) : body;
}

/**
 * The answer to a request.
 * @param results of all items of the body, in their order
 */
export function messagesAnswer(results: readonly LiveResult[], isList: boolean): LiveAnswer {
  const counts = { accepted: 0, duplicates: 0, stale: 0, anonymous: 0 };
  const rejected: { index: number; reason: string; message: string }[] = [];
  results.forEach(({ fate }, index) => {
    if (typeof fate === 'object') rejected.push({ index, reason: fate.reason, message: fate.message });
    else if (fate === 'duplicate') counts.duplicates++;
    else if (fate !== 'ignored') counts[fate]++;
  });
  const ids = results.some(({ isIdMade }) => isIdMade) && { ids: results.map(({ id }) => id ?? null) };
  const body = { ...counts, rejected, ...ids };
  if (isList || rejected.length === 0) return { status: 200, body };
  const [{ reason, message }] = rejected;
  const error = errorAnswer(400, reason, message);
  return { status: error.status, body: { ...error.body, ...body } };
}

function readOne(value: Json, index: number, facts: LiveFacts): LiveOutcome {
  const item = itemOf(value);
  if (!item) return wrong('not_an_object', undefined, 'A message must be a JSON object.');
  const { type, id, user_id: userId, timestamp, name, data } = item;
  const call = { type, id, customer: { id: userId }, timestamp, name, data, names: NAMES };
  return readCall({ kind: 'message', ...call }, index, facts);
}

function readLine(line: Uint8Array, index: number, facts: LiveFacts): LiveOutcome {
  const reject = (reason: RejectReason, otherwise: string): LiveOutcome =>
    wrong(reason, undefined, facts.isTerse ? TERSE : (hintOf(reason, line, line.length, facts.arrival) ?? otherwise));
  if (line.length > LIMITS.lineBytes) {
    const most = `At most ${LIMITS.lineBytes} are taken.`;
    return wrong('line_too_long', undefined, `The message has ${line.length} bytes. ${most}`);
  }
  let text: string;
  try {
    text = decoder.decode(line);
  } catch {
    return reject('invalid_utf8', 'The line is not valid UTF-8.');
  }
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    return reject('invalid_json', 'The line is not valid JSON.');
  }
  return readOne(value, index, facts);
}

/** The lines that are not blank, without white space around them. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const next = bytes.indexOf(LINE_FEED, start);
    let end = next < 0 ? bytes.length : next;
    const after = end + 1;
    while (start < end && isSpace(bytes[start])) start++;
    while (end > start && isSpace(bytes[end - 1])) end--;
    if (end > start) lines.push(bytes.subarray(start, end));
    start = after;
  }
  return lines;
}

function hasMark(bytes: Uint8Array): boolean {
  return MARK.every((byte, at) => bytes[at] === byte);
}

function isObjectLine(line: Uint8Array): boolean {
  return line[0] === OPEN && line[line.length - 1] === CLOSE;
}
