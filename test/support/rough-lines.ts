import { newestTimestamp } from '../../server/generation/generate.command.js';
import { MessageStream } from '../../server/generation/message-stream.js';

const TIED_TIME = 1_400_000_000;

export interface RoughLines {
  readonly lines: readonly string[];
  /** The value of the last line of each tie, by customer. */
  readonly tied: ReadonlyMap<string, string>;
}

export interface RoughOptions {
  readonly seed: number;
  readonly events: number;
  readonly customers: number;
  /**
   * Characters in the data of every twentieth line, which make a source large. They are spread over the customers: a stretch in which a
   * few customers have most of the bytes ends early while a log is kept.
   */
  readonly padding: number;
}

/**
 * Generates messages (duplicates near and far, removals, late ones, escapes), and between them what is not generated:
 * ties far apart, carriage returns, blank lines, lines to reject, and a byte order mark.
 */
export function roughLines({ seed, events, customers, padding }: RoughOptions): RoughLines {
  const options = { seed, events, customers, duplicates: 6, anonymous: 300, attributes: 12, eventTypes: 40 };
  const generated = [...new MessageStream(options, newestTimestamp(seed, 0)).chunks()].join('').trimEnd().split('\n');
  const lines: string[] = [];
  const tied = new Map<string, string>();
  for (const [at, line] of generated.entries()) {
    lines.push(at % 7 === 0 ? `${line}\r` : line);
    if (at % 20 === 0) {
      const customer = `tied-${at % 200}`;
      lines.push(tie(customer, at, seed), padded(1 + (((at / 20) * 37) % customers), at, seed, padding));
      tied.set(customer, String(at));
    }
    if (at % 51 === 0) lines.push('', ' ', '\t\r');
    if (at % 71 === 0) lines.push(line.slice(0, -1));
    if (at % 97 === 0) lines.push('{"type":"page"}');
    if (at % 109 === 0) lines.push(line.replace('"timestamp":', '"timestamp":-'));
  }
  lines[0] = `\uFEFF${lines[0]}`;
  return { lines, tied };
}

/** The same customers, attribute and time again and again: the last line of the file has to win. */
function tie(customer: string, at: number, seed: number): string {
  return JSON.stringify({
    id: `tie-${seed}-${at}`,
    type: 'attributes',
    user_id: customer,
    data: { last: String(at), [`only-${at % 11}`]: at },
    timestamp: TIED_TIME,
  });
}

function padded(customer: number, at: number, seed: number, padding: number): string {
  return JSON.stringify({
    id: `padded-${seed}-${at}`,
    type: 'event',
    name: 'padded',
    user_id: customer,
    data: { padding: 'x'.repeat(padding) },
    timestamp: TIED_TIME,
  });
}
