import type { LineMemory } from '../sources/line-reader.js';
import type { ADDED, ANONYMOUS, DECLINED } from './scan-result.js';

export type ScanResult = typeof DECLINED | typeof ADDED | typeof ANONYMOUS;

/** The fast way of a line into a sink of messages: the message is added where its bytes lie, and no object is made. */
export interface LineScanner extends LineMemory {
  /**
   * Reads a regular line as `JSON.parse` and the checks of the contract would read it, and adds its message. Declines a line with
   * an escape in the name of a member, a nested attribute, a repeated member or anything invalid.
   * @param start of the line in `bytes`; the byte behind the line is overwritten
   * @param length in bytes, no more than the limit of a line
   * @param latest the latest timestamp that is accepted, in ms since the Unix epoch
   * @param number of the line, counted from 1
   * @param offset bytes before the line in the source
   */
  scan(start: number, length: number, latest: number, number: number, offset: number): ScanResult;

  /**
   * The `data` of the event that {@link scan} added last, as it stands in the line; undefined if it has none, or an attributes
   * message was added. A view of `bytes`, valid until the next line is scanned or a message is added.
   */
  readonly scannedData: Uint8Array | undefined;
}
