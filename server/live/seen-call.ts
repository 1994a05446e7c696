import type { CallOutcome, Source } from '../domain/sources/source.js';
import type { LiveOutcome, LiveResult } from './formats/live-call.js';

/** The most bytes of a call that are shown. */
const SHOWN_BYTES = 2_048;

/** A request whose calls were answered. The three lists have an item for each of its calls. */
export interface SeenRequest {
  readonly source: Pick<Source, 'id' | 'name'>;
  /** The time of arrival, in ms since the Unix epoch. */
  readonly at: number;
  readonly outcomes: readonly LiveOutcome[];
  readonly results: readonly LiveResult[];
  readonly textOf: (index: number) => string;
  /** Names the call of an item, as its client does. */
  readonly nameOf: (index: number) => string;
  /** Size of the body, in bytes. */
  readonly bytes: number;
}

/** A call as the live view shows it. */
export interface SeenCall {
  readonly userId: string | undefined;
  readonly id: string | undefined;
  readonly at: number;
  readonly source: SeenRequest['source'];
  readonly outcome: CallOutcome;
  /** The data of its event. */
  readonly json: string;
}

export function outcomeOf({ fate }: LiveResult): CallOutcome {
  return typeof fate === 'object' ? 'rejected' : fate;
}

/**
 * Writes a call of a request.
 * @param index of its item
 * @param number of the call
 * @param firstOf finds the call that a duplicate repeats, while it is kept
 */
export function seenCall(
  request: SeenRequest,
  index: number,
  number: number,
  firstOf: (userId: string, id: string) => Pick<SeenCall, 'at' | 'source'> | undefined,
): SeenCall {
  const { source, at, textOf, nameOf } = request;
  const result = request.results[index];
  const { id, fate } = result;
  const { userId, ...shown } = shownOf(request.outcomes[index]);
  const outcome = outcomeOf(result);
  const isDuplicate = outcome === 'duplicate' && id !== undefined;
  const first = isDuplicate && userId !== undefined ? firstOf(userId, id) : undefined;
  const json = JSON.stringify({
    n: number,
    at: new Date(at).toISOString(),
    source: source.id,
    source_name: source.name,
    call: nameOf(index),
    user_id: userId,
    id,
    ...shown,
    outcome,
    ...(typeof fate === 'object' && { reason: fate.reason, message: fate.message }),
    ...(isDuplicate && {
      duplicate_of: {
        id,
        ...(first && {
          at: new Date(first.at).toISOString(),
          source: first.source.id,
          source_name: first.source.name,
        }),
      },
    }),
    text: cut(textOf(index)),
  });
  return { userId, id, at, source, outcome, json };
}

/** Writes a request whose body could not be read. @param number of the call */
export function malformedCall(
  request: {
    readonly source: SeenRequest['source'];
    readonly at: number;
    readonly name: string;
    readonly reason: string;
    readonly message: string;
    readonly text: string;
  },
  number: number,
): SeenCall {
  const { source, at, name, reason, message, text } = request;
  const outcome = 'rejected';
  const json = JSON.stringify({
    n: number,
    at: new Date(at).toISOString(),
    source: source.id,
    source_name: source.name,
    call: name,
    outcome,
    reason,
    message,
    text: cut(text),
  });
  return { userId: undefined, id: undefined, at, source, outcome, json };
}

interface Shown {
  readonly userId?: string | undefined;
  readonly type?: string;
  readonly name?: string;
  readonly timestamp?: string;
}

function shownOf(outcome: LiveOutcome): Shown {
  switch (outcome.kind) {
    case 'message': {
      const { message } = outcome;
      const { type, userId } = message;
      const timestamp = new Date(message.timestamp).toISOString();
      return { userId, type, ...(message.type === 'event' && { name: message.name }), timestamp };
    }
    case 'delete':
    case 'suppress':
    case 'unsuppress':
      return { userId: outcome.userId, type: outcome.kind };
    case 'rejected':
      return { userId: outcome.userId };
    case 'needs':
    case 'merge':
    case 'ignored':
    case 'anonymous':
      return {};
    default:
      return outcome satisfies never;
  }
}

/** Cuts a text to the bytes that are shown, at the border of a character. */
function cut(text: string): string {
  if (text.length * 3 <= SHOWN_BYTES) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= SHOWN_BYTES) return text;
  let end = SHOWN_BYTES;
  while ((bytes[end] & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
