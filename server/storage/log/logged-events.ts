import { utf8Text } from '../../domain/utf8.js';
import { COMPACTED, openBlock, type BlockRow } from './block-row.js';
import { compactedEvents } from './compacted-events.js';
import type { LoggedEvent } from './logged-event.js';
import { isAttributes, nameOf } from './placed-entry.js';

/** The events of a block, in the order in which they are stored. */
export function* eventsIn(block: Pick<BlockRow, 'format' | 'packed' | 'moment' | 'part'>): Generator<LoggedEvent> {
  if (block.format === COMPACTED) {
    yield* compactedEvents(block.packed);
    return;
  }
  for (const entry of openBlock(block)) {
    if (isAttributes(entry)) continue;
    const { packed, time, moment } = entry;
    const { start, end } = nameOf(entry.view, entry.at);
    yield { kind: 'event', name: utf8Text(packed.subarray(start, end)), time, moment };
  }
}
