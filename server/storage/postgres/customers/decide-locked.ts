import type { ClientBase } from 'pg';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { CustomerMessages } from '../../../domain/customer/packed-identities.js';
import { openMessages } from './applied-messages.js';
import { lockKnown, type LockedChange, type LockedCustomer } from './customer-rows.js';

/** How the messages of a customer are read and accepted. */
interface Acceptance<T> {
  /** The identities to look for, packed and sorted. */
  readonly identities: (known: LockedCustomer, customer: T) => Uint8Array;
  readonly accept: (known: LockedCustomer, customer: T, applied: CustomerMessages) => CustomerChange | undefined;
}

/** Locks customers, reads their messages, and decides what happens to each, in the order of `customers`. */
export async function decideLocked<T extends { readonly id: string }>(
  client: ClientBase,
  customers: readonly T[],
  { identities, accept }: Acceptance<T>,
): Promise<readonly LockedChange[]> {
  const locked = await lockKnown(
    client,
    customers.map(({ id }) => id),
  );
  const found = customers.map((customer) => {
    const known = locked.get(customer.id);
    if (!known) throw new Error(`Customer ${JSON.stringify(customer.id)} was not read.`);
    return { id: customer.id, customer, known, identities: identities(known, customer) };
  });
  const messages = await openMessages(client, found);
  return found.flatMap(({ id, customer, known }) => {
    const applied = messages.get(id);
    if (!applied) throw new Error(`The messages of customer ${JSON.stringify(id)} were not read.`);
    const change = accept(known, customer, applied);
    return change ? [{ locked: known, change }] : [];
  });
}
