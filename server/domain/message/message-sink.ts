import type { Message } from './message.js';

/** The place of a line in its source. */
export interface LinePlace {
  /** Counted from 1; 0 for a message without a line. */
  readonly number: number;
  /** Bytes before the line. */
  readonly offset: number;
}

export const WITHOUT_LINE: LinePlace = { number: 0, offset: 0 };

/**
 * Takes the messages of an input: lines of a file, bodies of requests, rows of a spreadsheet. An input makes each message with
 * `readMessage`, which checks it, and needs no line, file or thread. The scanner hands over regular lines without an object: see
 * `LineScanner`, whose `scannedData` gives the data of an event.
 */
export interface MessageSink {
  /**
   * Adds a message. Messages of one customer take effect in the order in which they are added.
   * @param message the bytes of its `data` are asked for before this returns, or never
   * @param line from which it was read, if it came in one
   */
  add(message: Message, line?: LinePlace): void;
}
