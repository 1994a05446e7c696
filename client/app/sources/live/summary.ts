import { countText } from '../../core/count-text';
import { OUTCOMES } from '../model/source';
import { Tally } from '../state/live-store';
import { OUTCOME_TEXT } from '../ui/source-text';

/** The news since the summary before, for screen readers: "12 messages: 10 accepted, 2 rejected". Null for none. */
export function summaryOf(before: Tally, now: Tally): string | null {
  const news = OUTCOMES.map((outcome) => ({ outcome, count: now[outcome] - before[outcome] })).filter(
    ({ count }) => count > 0,
  );
  const total = news.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const parts = news.map(({ outcome, count }) => `${countText(count)} ${OUTCOME_TEXT[outcome]}`).join(', ');
  return total === 1
    ? $localize`1 message: ${parts}:parts:`
    : $localize`${countText(total)}:count: messages: ${parts}:parts:`;
}
