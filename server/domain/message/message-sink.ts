import type { Message } from './message.js';

/**
 * Takes the messages of an input: lines of a file, bodies of requests, rows of a spreadsheet. An input makes each message with
 * `readMessage`, which checks it, and needs no line, file or thread. The scanner hands over regular lines without an object: see
 * `LineScanner`, whose `scannedData` gives the data of an event.
 */
export interface MessageSink {
  /**
   * Adds a message. Messages of one customer take effect in the order in which they are added.
   * @param message its `data` is asked for before this returns, or never
   */
  add(message: Message): void;
}
