import { encodeCounts, encodeTimes } from './document-lists.js';
import type { SearchDocument } from './store.js';
import type { LaterTerm } from './term-chunks.js';
import { endedTerm, SPAN_MS, spanTerm, timesTerm } from './terms.js';

/** The documents that have an event in a span, how often each, and the ms of each time since the begin of the span. */
interface SpanLists {
  readonly documents: number[];
  readonly counts: number[];
  readonly times: number[];
}

interface EndedLists {
  readonly documents: number[];
  readonly upTo: number[];
}

/** Collects the times of the events of the documents of a new block. */
export class EventTimeLists {
  /** Keyed by name and span. */
  private readonly names = new Map<number, Map<number, SpanLists>>();
  private readonly ended = new Map<number, EndedLists>();

  /** @param document greater than those before it */
  add(document: number, of: SearchDocument, numberOf: (name: string) => number): void {
    for (const [name, times] of of.eventTimes()) {
      const number = numberOf(name);
      let spans = this.names.get(number);
      if (!spans) this.names.set(number, (spans = new Map<number, SpanLists>()));
      for (const time of Float64Array.from(times).sort()) addTime(spans, document, time);
    }
    for (const [name, upTo] of of.endedEvents()) {
      const number = numberOf(name);
      let lists = this.ended.get(number);
      if (!lists) this.ended.set(number, (lists = { documents: [], upTo: [] }));
      lists.documents.push(document);
      lists.upTo.push(upTo);
    }
  }

  /** The terms of all names, in no order. @param size of the block */
  *terms(size: number): Generator<LaterTerm> {
    for (const [name, spans] of this.names) {
      for (const [span, { documents, counts, times }] of spans) {
        yield { term: spanTerm(name, span), list: () => encodeCounts(documents, counts, size) };
        yield { term: timesTerm(name, span), list: () => encodeTimes(documents, counts, times, size) };
      }
    }
    for (const [name, { documents, upTo }] of this.ended)
      yield { term: endedTerm(name), list: () => encodeCounts(documents, upTo, size) };
  }
}

function addTime(spans: Map<number, SpanLists>, document: number, time: number): void {
  const span = Math.floor(time / SPAN_MS);
  let lists = spans.get(span);
  if (!lists) spans.set(span, (lists = { documents: [], counts: [], times: [] }));
  const last = lists.documents.length - 1;
  if (last >= 0 && lists.documents[last] === document) lists.counts[last]++;
  else {
    lists.documents.push(document);
    lists.counts.push(1);
  }
  lists.times.push(time - span * SPAN_MS);
}
