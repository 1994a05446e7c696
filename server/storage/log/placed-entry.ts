import {
  ENTRY_DATA_BYTES,
  ENTRY_FLAGS,
  ENTRY_HEADER_BYTES,
  ENTRY_ID_BYTES,
  ENTRY_NAME_BYTES,
  ENTRY_SIZE,
  IS_ATTRIBUTES_ENTRY,
} from '../../domain/log/entry-layout.js';
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

export function isAttributes({ packed, at }: PlacedEntry): boolean {
  return (packed[at + ENTRY_FLAGS] & IS_ATTRIBUTES_ENTRY) !== 0;
}

/** The place of the name of an event. An attributes message has an empty one. */
export function nameOf(view: DataView, at: number): { readonly start: number; readonly end: number } {
  const start = at + ENTRY_HEADER_BYTES + view.getUint16(at + ENTRY_ID_BYTES, true);
  return { start, end: start + view.getUint16(at + ENTRY_NAME_BYTES, true) };
}

export function dataOf(view: DataView, at: number): { readonly start: number; readonly end: number } {
  const { end: start } = nameOf(view, at);
  return { start, end: start + view.getUint32(at + ENTRY_DATA_BYTES, true) };
}

/** Sorts by time, then by arrival. */
export function comparePlaces(a: LogPlace, b: LogPlace): number {
  return a.time - b.time || a.moment - b.moment || a.index - b.index;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
