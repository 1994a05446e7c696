import { ImportState } from './wire/import';

/** A step of a spreadsheet on its way. */
export interface Step {
  readonly text: string;
  readonly is: 'done' | 'now' | 'later';
}

const STEPS = [$localize`File`, $localize`Columns`, $localize`Preview`, $localize`Import`];

/** The steps of a spreadsheet. @param isPreviewed true if the preview belongs to the present columns */
export function stepsOf(state: ImportState, isPreviewed: boolean): readonly Step[] {
  const now = nowOf(state, isPreviewed);
  return STEPS.map((text, i) => ({ text, is: i < now ? 'done' : i === now ? 'now' : 'later' }));
}

function nowOf(state: ImportState, isPreviewed: boolean): number {
  if (state === 'uploaded' || state === 'checked') return isPreviewed ? 2 : 1;
  if (state === 'checking') return 2;
  return state === 'done' ? STEPS.length : STEPS.length - 1;
}
