import type { Random } from './random.js';
import type { ValuePools } from './value-pools.js';

/** The attributes that most customers have. */
export const PROFILE = ['created_at', 'email', 'first_name', 'last_name', 'city', 'ip'] as const;
export type ProfileAttribute = (typeof PROFILE)[number];

const TWO_YEARS = 63_072_000;
/** The smallest number that counts as a Unix time in seconds. */
const LEAST_CREATED_AT = 100_000_000;

/** @param before the customer was created before this time, in seconds since the Unix epoch */
export function profileValue(name: ProfileAttribute, pools: ValuePools, random: Random, before: number): string {
  switch (name) {
    case 'created_at':
      return String(Math.max(LEAST_CREATED_AT, before - random.below(TWO_YEARS)));
    case 'email':
      return `${random.pick(pools.mailboxes)}${random.below(1000)}@${random.pick(pools.mailDomains)}`;
    case 'first_name':
      return random.pick(pools.firstNames);
    case 'last_name':
      return random.pick(pools.lastNames);
    case 'city':
      return random.pick(pools.cities);
    case 'ip':
      return random.pick(pools.addresses);
    default:
      return name satisfies never;
  }
}
