import { take } from '../../wasm/memory';
import { MESSAGE_IDENTITY, MESSAGE_IDENTITY_LOW } from '../message-layout';
import { customers, mostMessages } from './batch';
import { names } from './names';
import { copyEntry, ENTRY_BYTES, ENTRY_HIGH, ENTRY_LOW, ENTRY_VALUE, sortEntries } from './sort';

/* Memory for the customer under way. It is used again for the next. */

/** Entries to sort: the identities, then the names. */
export let entries: usize = 0;
/** Room for sorting. */
export let spare: usize = 0;
/** The places of the messages, 4 bytes each; 0 for a duplicate. */
export let messages: usize = 0;

/** Takes the memory that the largest customer needs. */
export function takeWorkspace(): void {
  const room = <usize>max(max(customers.count, mostMessages), names.count) * ENTRY_BYTES + 8;
  entries = take(room);
  spare = take(room);
  messages = take(<usize>mostMessages * 4 + 8);
}

/** Sorts the identities, and takes the duplicates out of the list of messages. Returns how many identities are distinct. */
export function sortIdentities(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const message = <usize>load<u32>(messages + <usize>i * 4);
    const entry = entries + <usize>i * ENTRY_BYTES;
    store<u64>(entry, load<u64>(message, MESSAGE_IDENTITY), ENTRY_HIGH);
    store<u64>(entry, load<u64>(message, MESSAGE_IDENTITY_LOW), ENTRY_LOW);
    store<u64>(entry, <u64>i, ENTRY_VALUE);
  }
  sortEntries(entries, count, spare, false);
  let distinct: u32 = 1;
  for (let i: u32 = 1; i < count; i++) {
    const entry = entries + <usize>i * ENTRY_BYTES;
    const last = entries + <usize>(distinct - 1) * ENTRY_BYTES;
    if (
      load<u64>(entry, ENTRY_HIGH) == load<u64>(last, ENTRY_HIGH) &&
      load<u64>(entry, ENTRY_LOW) == load<u64>(last, ENTRY_LOW)
    ) {
      // Equal identities are in the order of their lines, so the first message stays.
      store<u32>(messages + <usize>load<u32>(entry, ENTRY_VALUE) * 4, 0);
      continue;
    }
    const to = entries + <usize>distinct * ENTRY_BYTES;
    if (to != entry) copyEntry(to, entry);
    distinct++;
  }
  return distinct;
}
