import type { Json } from '../../server/domain/json.js';
import { parseBody } from '../../server/live/formats/body.js';
import type { LiveFacts, LiveOutcome, Reading } from '../../server/live/formats/live-call.js';

/** The time of arrival, in ms since the Unix epoch: 2026-11-28T16:00:00.123Z. */
export const ARRIVAL = 1_795_881_600_123;

/** The facts about a request whose source may do everything. @param members that differ */
export function liveFacts(members: Partial<LiveFacts> = {}): LiveFacts {
  return {
    arrival: ARRIVAL,
    bodyBytes: 0,
    isFromBrowser: false,
    keepsEmptyText: false,
    mayDelete: true,
    hasCommandTracks: true,
    mayCreate: true,
    makeId: (index) => `made-${index}`,
    ...members,
  };
}

/** A body, parsed as it is for every vendor. */
export function bodyOf(text: string): Json | undefined {
  const body = parseBody(Buffer.from(text));
  if (body.kind === 'malformed') throw new Error(body.message);
  return body.value;
}

/** The outcomes of a body that can be read. */
export function outcomesOf(reading: Reading): readonly LiveOutcome[] {
  if (reading.kind === 'malformed') throw new Error(reading.message);
  for (let more = reading.readMore?.(); more; more = reading.readMore?.())
    if (more !== true) throw new Error(more.message);
  return reading.outcomes;
}

/** An outcome in few words: the kind of a message, its customer, and what it holds. */
export function brief(outcome: LiveOutcome): unknown {
  switch (outcome.kind) {
    case 'message': {
      const { message } = outcome;
      if (message.type === 'attributes') {
        const changes = message.changes.map(
          ({ name, value }) => [name, value === null ? null : JSON.parse(value)] as const,
        );
        return { attributes: Object.fromEntries(changes), of: message.userId };
      }
      const data = message.data && (JSON.parse(Buffer.from(message.data()).toString()) as unknown);
      return { event: message.name, of: message.userId, ...(data !== undefined && { data }) };
    }
    case 'rejected':
      return { rejected: outcome.reject.reason, field: outcome.reject.field };
    case 'needs':
      return { needs: outcome.email };
    case 'ignored':
      return { ignored: outcome.what };
    case 'merge':
      return { merge: outcome.from, into: outcome.into };
    case 'anonymous':
      return 'anonymous';
    default:
      return { [outcome.kind]: outcome.userId };
  }
}
