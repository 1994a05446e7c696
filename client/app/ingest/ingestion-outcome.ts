import { Ingestion, rejectedIn } from './wire/ingestion';

/** The outcome of an ingestion, as the page shows it first. `nothing`: it had lines, and none was taken. */
export type Outcome = 'running' | 'taken' | 'in-part' | 'nothing' | 'empty' | 'failed' | 'interrupted';

export const OUTCOME_TEXT: Readonly<Record<Outcome, string>> = {
  running: $localize`running`,
  taken: $localize`done`,
  'in-part': $localize`done in part`,
  nothing: $localize`nothing taken`,
  empty: $localize`empty`,
  failed: $localize`failed`,
  interrupted: $localize`interrupted`,
};

export function outcomeOf(ingestion: Ingestion): Outcome {
  const { state, lines, blank } = ingestion;
  if (state !== 'done') return state === 'failed' && lines === 0 ? 'nothing' : state;
  if (lines === blank) return 'empty';
  const rejected = rejectedIn(ingestion);
  if (rejected === 0) return 'taken';
  return rejected === lines - blank ? 'nothing' : 'in-part';
}
