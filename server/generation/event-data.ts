import type { Random } from './random.js';
import type { ValuePools } from './value-pools.js';

/** Makes the `data` of an event: none, texts, or nested values. The summary does not include it. */
export function randomEventData(pools: ValuePools, random: Random): Record<string, unknown> | undefined {
  switch (random.below(3)) {
    case 0:
      return undefined;
    case 1:
      return {
        [random.pick(pools.attributeNames)]: random.pick(pools.phrases),
        referrer: random.pick(pools.mailDomains),
      };
    default:
      return {
        url: `https://${random.pick(pools.mailDomains)}/${random.below(1000)}`,
        items: [{ title: random.pick(pools.phrases), price: random.below(10_000) / 100, tags: ['a', null, true, {}] }],
      };
  }
}
