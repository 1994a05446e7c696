import { compareIds } from '../../domain/customer/customer-id.js';

/** A user id in the text of a line: a number, or a string without escapes. */
const USER_ID = /"user_id"\s*:\s*(?:"([^"\\]+)"|(\d+))/g;

/** Returns the user ids in a piece of a source, in the order of their lines. */
export function userIdsIn(bytes: Buffer): string[] {
  const ids: string[] = [];
  for (const [, text, number] of bytes.toString('utf8').matchAll(USER_ID)) ids.push(text || number);
  return ids;
}

/** The share of a sample that is the most frequent id, from 0 to 1. */
export function greatestShare(sample: readonly string[]): number {
  const counts = new Map<string, number>();
  let most = 0;
  for (const id of sample) {
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    if (count > most) most = count;
  }
  return sample.length === 0 ? 0 : most / sample.length;
}

/**
 * Divides a sample into buckets of about the same size. Returns the smallest id of every bucket but the first. There are fewer buckets
 * if many ids are the same.
 */
export function dividersOf(sample: readonly string[], buckets: number): string[] {
  const sorted = [...sample].sort(compareIds);
  const dividers: string[] = [];
  for (let bucket = 1; bucket < buckets; bucket++) {
    const id = sorted.at(Math.floor((sorted.length * bucket) / buckets));
    if (id !== undefined && id !== dividers.at(-1)) dividers.push(id);
  }
  return dividers;
}
