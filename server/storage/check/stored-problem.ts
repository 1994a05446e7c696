import { toState, toStored, type StoredCustomer } from '../../domain/customer/customer.js';

/** Describes what is wrong with the texts of a stored customer; undefined if the fold would write the same. */
export function storedProblem(stored: StoredCustomer): string | undefined {
  try {
    JSON.parse(stored.attributes);
    const again = toStored(toState(stored.id, stored, undefined));
    if (again.attributes !== stored.attributes) return 'attributes that are unsorted, or without a time';
    if (again.events !== stored.events) return 'events that are unsorted, or without a count';
    if (again.attributeTimes !== stored.attributeTimes) return 'times that are unsorted, or are no numbers';
    return undefined;
  } catch {
    return 'no JSON';
  }
}
