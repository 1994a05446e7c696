import type { Message } from './message.js';

/**
 * Takes the messages of an input. Every input ends here: lines of a file, bodies of requests, rows of a spreadsheet. It makes each
 * message with `readMessage`, which checks it, and needs no line, file or thread of its own.
 */
export interface MessageSink {
  /**
   * Adds a message. Messages of one customer take effect in the order in which they are added.
   * @param message its `data` is asked for before this returns, or never
   */
  add(message: Message): void;
}
