import type { CustomerRepository } from './customer-repository.js';

/** Texts that a client sends as `user_id` when it has no id at hand: an absent value turned into text, or a name for nobody. */
const MISTAKEN_IDS: readonly string[] = [
  '(null)',
  '[object Object]',
  'NULL',
  'NaN',
  'None',
  'anonymous',
  'nil',
  'null',
  'undefined',
];

/** The ids of existing customers that look like a mistake of a client, by code point. Their records mix the messages of many people. */
export async function mistakenIds(customers: Pick<CustomerRepository, 'getJson'>): Promise<string[]> {
  const found: string[] = [];
  for (const id of MISTAKEN_IDS) if ((await customers.getJson(id)) !== undefined) found.push(id);
  return found;
}
