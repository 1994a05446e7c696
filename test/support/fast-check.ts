import fc from 'fast-check';

/** The same examples in every run; FAST_CHECK_SEED tries others. */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1_560_981_440) });

/** The number of examples of a property, as an option of fast-check. FAST_CHECK_RUNS=10 tries ten times as many. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: Math.ceil(count * Number(process.env.FAST_CHECK_RUNS ?? 1)) };
}
