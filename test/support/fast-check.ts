import fc from 'fast-check';

/** The same examples in every run; FAST_CHECK_SEED tries others. */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1_560_981_440) });
