import {
  ENTRY_FLAGS,
  ENTRY_HEADER_BYTES,
  ENTRY_ID_BYTES,
  ENTRY_NAME_BYTES,
  IS_ATTRIBUTES_ENTRY,
} from '../../domain/log/entry-layout.js';
import type { LogEntry } from '../../domain/log/log-entry.js';
import { utf8Text } from '../../domain/utf8.js';
import { openBlock, type BlockRow } from './block-row.js';

/** An event of the log, without what its time and its name do not need. */
export type LoggedEvent = Pick<LogEntry, 'time' | 'moment'> & { readonly kind: 'event'; readonly name: string };

/** The events of a block, in the order in which they are stored. */
export function* eventsIn(block: BlockRow): Generator<LoggedEvent> {
  for (const { packed, view, at, time, moment } of openBlock(block)) {
    if ((packed[at + ENTRY_FLAGS] & IS_ATTRIBUTES_ENTRY) !== 0) continue;
    const start = at + ENTRY_HEADER_BYTES + view.getUint16(at + ENTRY_ID_BYTES, true);
    const name = utf8Text(packed.subarray(start, start + view.getUint16(at + ENTRY_NAME_BYTES, true)));
    yield { kind: 'event', name, time, moment };
  }
}
