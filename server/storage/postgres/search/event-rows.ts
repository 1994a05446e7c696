import type { EventTimes } from '../../../domain/log/event-times.js';
import type { CopyField } from '../customers/copy-rows.js';

/** The times of the events of a name are kept in rows of a span each, of some 25 days. */
export const SPAN_MS = 2 ** 31;
/** The span of the row with the time up to which events have ended in the log. */
export const ENDED = -1;

export const EVENT_COLUMNS = 'customer_id, name, span, times';

/** A row of `event_times`. Times are in ms since the Unix epoch, ascending. */
export interface EventRow {
  readonly name: string;
  readonly span: number;
  readonly times: readonly number[];
}

/** The rows of a customer, in no order. */
export function eventRows(events: EventTimes): EventRow[] {
  const rows: EventRow[] = [...events.ended()].map(([name, upTo]) => ({ name, span: ENDED, times: [upTo] }));
  for (const [name, times] of events.times()) {
    const spans = new Map<number, number[]>();
    for (const time of [...times].sort((a, b) => a - b)) {
      const span = Math.floor(time / SPAN_MS);
      const some = spans.get(span);
      if (some) some.push(time);
      else spans.set(span, [time]);
    }
    for (const [span, some] of spans) rows.push({ name, span, times: some });
  }
  return rows;
}

/** The fields of {@link EVENT_COLUMNS}. */
export function eventFields(id: string, { name, span, times }: EventRow): readonly CopyField[] {
  return [id, name, span, times];
}
