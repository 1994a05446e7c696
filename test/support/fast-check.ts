import fc from 'fast-check';
import { IS_THOROUGH } from './thorough.js';

/** The number of random examples of a test: that of a plain run, or ten times as many. */
export function rounds(count: number): number {
  return IS_THOROUGH ? count * 10 : count;
}

/** The same examples in every run; FAST_CHECK_SEED tries others. */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1_560_981_440), ...runs(50) });

/** The number of examples of a property, as an option of fast-check. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: rounds(count) };
}
