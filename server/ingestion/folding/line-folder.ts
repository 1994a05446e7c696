import { countRejected, noCounts, type Reject } from '../../domain/ingestion/ingestion.js';
import { LIMITS } from '../../domain/limits.js';
import type { MessageSink } from '../../domain/message/message-sink.js';
import type { LineScanner } from '../scanning/line-scanner.js';
import { parseLine } from '../scanning/parse-line.js';
import { ADDED, ANONYMOUS } from '../scanning/scan-result.js';
import type { Line } from '../sources/line-reader.js';

/** The most rejects of a stretch. */
const MOST_REJECTS = 5_000;

/** Reads lines, adds their messages to a sink, and counts what the lines came to. */
export class LineFolder {
  readonly counts = noCounts();
  readonly rejects: Reject[] = [];
  /** Seconds since the Unix epoch. */
  private now = Math.floor(Date.now() / 1000);

  constructor(private readonly sink: MessageSink & LineScanner) {}

  /** True when the stretch has to end before more lines are read. */
  get hasManyRejects(): boolean {
    return this.rejects.length >= MOST_REJECTS;
  }

  /** Reads the clock, against which timestamps in the future are rejected. Has to be called now and then. */
  lookAtTheClock(): void {
    this.now = Math.floor(Date.now() / 1000);
  }

  /** Reads a line, which lies in the memory of the sink. */
  readonly take = (line: Line): void => {
    const { counts } = this;
    counts.lines++;
    counts.bytes += line.end - line.offset;
    if (!line.tooLong) {
      const result = this.sink.scan(line.start, line.length, this.now + LIMITS.futureSeconds);
      if (result === ADDED) return;
      if (result === ANONYMOUS) {
        counts.anonymous++;
        return;
      }
    }
    this.parse(line);
  };

  /** Parses a line that the scanner declined. */
  private parse({ number, offset, start, length, tooLong }: Line): void {
    const { counts } = this;
    const line = this.sink.bytes.subarray(start, start + length);
    const outcome = parseLine(line, tooLong, this.now);
    switch (outcome.kind) {
      case 'blank':
        counts.blank++;
        return;
      case 'anonymous':
        counts.anonymous++;
        return;
      case 'rejected':
        countRejected(counts, outcome.reason);
        this.rejects.push({ line: number, offset, reason: outcome.reason, text: excerpt(line) });
        return;
      case 'message':
        this.sink.add(outcome.message);
        return;
      default:
        outcome satisfies never;
    }
  }
}

/** The first characters of a line. Bytes that are not UTF-8 become U+FFFD. */
function excerpt(line: Buffer): string {
  const text = line.toString('utf8', 0, LIMITS.rejectTextCharacters * 4);
  return Array.from(text).slice(0, LIMITS.rejectTextCharacters).join('');
}
