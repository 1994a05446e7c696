import fc from 'fast-check';
import type { EntrySource, LogMessage } from '../../server/domain/log/log-entry.js';
import { packEntry } from '../../server/domain/log/packed-entries.js';

const NUMBER = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const LARGE = fc.maxSafeNat();
const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: 'binary', minLength: 1, maxLength });

const SOURCE: fc.Arbitrary<EntrySource> = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), ingestion: NUMBER, line: LARGE, offset: LARGE }),
  fc.record({ kind: fc.constant('live' as const), source: NUMBER }),
  fc.record({ kind: fc.constant('import' as const), ingestion: NUMBER, row: LARGE }),
);

const COMMON = {
  time: fc.nat({ max: 2 ** 43 }),
  id: text(64),
  source: SOURCE,
  keepsEmptyText: fc.boolean(),
  isStampedHere: fc.boolean(),
};

/** Any message that the log can hold. */
export const LOG_MESSAGE: fc.Arbitrary<LogMessage> = fc.oneof(
  fc.record({
    ...COMMON,
    kind: fc.constant('event' as const),
    name: text(64),
    data: fc.option(fc.json(), { nil: undefined }),
  }),
  fc.record({
    ...COMMON,
    kind: fc.constant('attributes' as const),
    name: fc.constant(undefined),
    data: fc.dictionary(text(8), fc.jsonValue()).map((data) => JSON.stringify(data)),
  }),
);

/** Packs a message as a fold does. */
export function packed(message: LogMessage): Uint8Array {
  return packEntry({ ...message, data: message.data === undefined ? undefined : Buffer.from(message.data) });
}
