import { eachBit, hasBit } from './bits.js';
import type { Block } from './blocks.js';
import { decodeCounts, decodeTimes } from './document-lists.js';
import type { SnapshotReader } from './snapshot.js';
import type { SearchDocument } from './store.js';
import { endedTerm, LAST_SPAN, SPAN_MS, timesTerm } from './terms.js';

/** Is told what documents hold with a time, in no order. */
export interface TimeVisitor {
  /** @param value by which documents are sorted; Infinity for none */
  addCreated(value: number): void;
  /** @param time ms since the Unix epoch; some may lie outside the range */
  addEvent(time: number): void;
  /** @param upTo the time up to which events of a document have no known time */
  addEnd(upTo: number): void;
}

/**
 * Visits the times of all live documents, in steps of a few ms, which must all run within one snapshot of the store.
 * @param from,to the events whose times are read lie in this range; ms since the Unix epoch
 * @returns true if the index is behind
 * @throws DamagedIndex
 */
export function* visitTimes<D extends SearchDocument>(
  reader: SnapshotReader<D>,
  from: number,
  to: number,
  visitor: TimeVisitor,
): Generator<undefined, boolean> {
  const { blocks, pending, behind } = reader.read();
  yield;
  for (const value of pending.column('created_at')) visitor.addCreated(value);
  for (const document of pending.documents) {
    for (const times of document.eventTimes().values()) for (const time of times) visitor.addEvent(time);
    for (const upTo of document.endedEvents().values()) visitor.addEnd(upTo);
    yield;
  }
  const names = [...reader.numbers('event').values()];
  const first = Math.max(0, Math.floor(from / SPAN_MS));
  const last = Math.min(LAST_SPAN, Math.ceil(to / SPAN_MS) - 1);
  for (const block of blocks) {
    const created = block.column('created_at');
    eachBit(block.live, (document) => {
      visitor.addCreated(created[document]);
    });
    yield;
    for (const name of names) {
      if (!block.hasName(name)) continue;
      if (first <= last) yield* visitEvents(block, name, first, last, visitor);
      visitEnds(block, name, visitor);
      yield;
    }
  }
  return behind;
}

function* visitEvents(
  block: Block,
  name: number,
  first: number,
  last: number,
  visitor: TimeVisitor,
): Generator<undefined, void> {
  for (const { term, list } of block.range(timesTerm(name, first), timesTerm(name, last))) {
    const begin = Number(String(term).split(':')[1]) * SPAN_MS;
    const { bits, counts, times } = decodeTimes(list, block.size);
    let at = 0;
    let i = 0;
    eachBit(bits, (document) => {
      const end = at + counts[i++];
      if (hasBit(block.live, document)) for (let one = at; one < end; one++) visitor.addEvent(begin + times[one]);
      at = end;
    });
    yield;
  }
}

function visitEnds(block: Block, name: number, visitor: TimeVisitor): void {
  const ended = block.read(endedTerm(name));
  if (!ended) return;
  const { bits, counts } = decodeCounts(ended, block.size);
  const upTo = counts();
  let i = 0;
  eachBit(bits, (document) => {
    const one = upTo[i++];
    if (hasBit(block.live, document)) visitor.addEnd(one);
  });
}
