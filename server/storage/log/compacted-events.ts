import { inflateRawSync } from 'node:zlib';
import { IS_ATTRIBUTES_ENTRY } from '../../domain/log/entry-layout.js';
import { utf8Text } from '../../domain/utf8.js';
import { DIGITS, FORM_SHIFT, readNumbers, UUID } from './compacted-block.js';
import type { LoggedEvent } from './logged-event.js';
import { ByteReader } from './varints.js';

/** Columns between the moments and the ids: indexes, sources, lines, offsets. */
const SKIPPED_COLUMNS = 4;

/**
 * Reads the events of a compacted block, without the columns that tell more of them.
 * @throws RangeError or an error of zlib for bytes that are no such block
 */
export function* compactedEvents(packed: Uint8Array): Generator<LoggedEvent> {
  const head = new ByteReader(packed);
  const count = head.varint();
  const uuidBytes = head.varint();
  head.skip(uuidBytes);
  const reader = new ByteReader(inflateRawSync(packed.subarray(head.at)));
  const kinds = reader.bytes.subarray(reader.skip(count), count);
  const times = readNumbers(reader, count);
  const moments = readNumbers(reader, count);
  skipNumbers(reader, count * SKIPPED_COLUMNS);
  for (const kind of kinds) skipId(reader, kind >> FORM_SHIFT);
  const names = Array.from({ length: reader.varint() }, () => {
    const length = reader.varint();
    return utf8Text(reader.bytes.subarray(reader.skip(length), reader.at));
  });
  for (let i = 0; i < count; i++) {
    const name = names.at(reader.varint());
    if (name === undefined) throw new RangeError('The block names an event that it does not have.');
    if ((kinds[i] & IS_ATTRIBUTES_ENTRY) === 0) yield { kind: 'event', name, time: times[i], moment: moments[i] };
  }
}

/** Skips numbers of a variable length: bit 7 of their last bytes is 0. */
function skipNumbers(reader: ByteReader, count: number): void {
  for (let left = count; left > 0;) if (reader.byte() < 0x80) left--;
}

function skipId(reader: ByteReader, form: number): void {
  if (form === UUID) return;
  const number = reader.varint();
  if (form !== DIGITS) reader.skip(number);
}
