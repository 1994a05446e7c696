import { ENTRY_SIZE } from '../../domain/log/entry-layout.js';
import type { LogEntry, LogPlace } from '../../domain/log/log-entry.js';
import { entryTime, unpackEntries } from '../../domain/log/packed-entries.js';

/** An entry among packed ones, with its place. */
export interface PlacedEntry extends LogPlace {
  /** Entries in the layout of entry-layout.ts. */
  readonly packed: Uint8Array;
  readonly view: DataView;
  /** The place of this one in `packed`. */
  readonly at: number;
}

/**
 * Places entries as a fold has packed them, in the order of their arrival.
 * @param moment of all of them
 * @param index of the first one
 */
export function placeEntries(packed: Uint8Array, moment: number, index: number): PlacedEntry[] {
  const view = viewOf(packed);
  const entries: PlacedEntry[] = [];
  for (let at = 0; at < packed.length; at += view.getUint32(at + ENTRY_SIZE, true))
    entries.push({ packed, view, at, time: entryTime(view, at), moment, index: index + entries.length });
  return entries;
}

export function readEntry({ packed, view, at, moment, index }: PlacedEntry): LogEntry {
  const [entry] = unpackEntries(packed.subarray(at, at + view.getUint32(at + ENTRY_SIZE, true)), moment, index);
  return entry;
}

/** Sorts by time, then by arrival. */
export function comparePlaces(a: LogPlace, b: LogPlace): number {
  return a.time - b.time || a.moment - b.moment || a.index - b.index;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
