import { Outcome } from './source';

/** The message that a duplicate repeats. Time and source are there while the server has it among its last 1 000. */
export interface FirstCall {
  readonly id: string;
  readonly at?: string;
  readonly source_name?: string;
}

/** A call as the live view gets it. Times are RFC 3339. */
export interface Call {
  /** Ascending, within one process of the server. */
  readonly n: number;
  /** The time of arrival. */
  readonly at: string;
  readonly source: number;
  readonly source_name: string;
  /** The call in the words of the client: `identify`, `PUT /api/v1/customers/:id`. */
  readonly call: string;
  readonly type?: string;
  readonly user_id?: string;
  readonly id?: string;
  /** The name of the event. */
  readonly name?: string;
  readonly timestamp?: string;
  readonly outcome: Outcome;
  readonly reason?: string;
  /** The fault, in English. */
  readonly message?: string;
  readonly duplicate_of?: FirstCall;
  /** At most 2 KiB of it. */
  readonly text: string;
}

export interface CallFilter {
  /** The outcomes that are shown; all if it is empty. */
  readonly outcomes: ReadonlySet<Outcome>;
  /** Part of any member, in any case. */
  readonly text: string;
}

export const EVERYTHING: CallFilter = { outcomes: new Set(), text: '' };

const searched = new WeakMap<Call, string>();

export function matches(call: Call, { outcomes, text }: CallFilter): boolean {
  if (outcomes.size > 0 && !outcomes.has(call.outcome)) return false;
  return text === '' || searchedText(call).includes(text.toLowerCase());
}

function searchedText(call: Call): string {
  let text = searched.get(call);
  if (text === undefined) {
    const { user_id, id, name, reason, message, source_name } = call;
    text = [call.call, user_id, id, name, reason, message, source_name, call.text].join('\n').toLowerCase();
    searched.set(call, text);
  }
  return text;
}
