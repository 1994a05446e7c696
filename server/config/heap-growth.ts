import { setFlagsFromString } from 'node:v8';

/**
 * Growth of a heap, in percent of what a garbage collection has found alive, before the next one of the old generation begins. V8 would wait
 * for up to four times as much. Live messages, and customers of a bulk edit, reach the old generation while they wait: their garbage took 150 MB.
 */
const GROWTH_PERCENT = 80;

/** Lets garbage be collected earlier, in every thread of the process from now on. A server without such work need not: an ingestion has little. */
export function collectEarlier(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
