import { countRejected, noCounts } from '../../domain/ingestion/ingestion.js';
import { RejectPacker } from '../../domain/ingestion/reject.js';
import { LIMITS } from '../../domain/limits.js';
import { latestTimestamp } from '../../domain/message/timestamp.js';
import type { MessageSink } from '../../domain/message/message-sink.js';
import type { RejectReason } from '../../domain/message/message.js';
import { hintOf } from '../../domain/message/reject-hint.js';
import type { LineScanner } from '../scanning/line-scanner.js';
import { parseLine } from '../scanning/parse-line.js';
import { ADDED, ANONYMOUS } from '../scanning/scan-result.js';
import type { Line } from '../sources/line-reader.js';

/** A range ends early when its rejects take this many bytes of memory. */
const MOST_REJECT_BYTES = 1024 * 1024;

/** Reads lines, adds their messages to a sink, and counts what the lines came to. */
export class LineFolder {
  readonly counts = noCounts();
  readonly rejects: RejectPacker;
  /** The number of rejected lines. */
  rejected = 0;
  /** Milliseconds since the Unix epoch. */
  private now = Date.now();

  /** @param mostRejectBytes of the rejects that are kept; the others are counted only */
  constructor(
    private readonly sink: MessageSink & LineScanner,
    mostRejectBytes: number,
  ) {
    this.rejects = new RejectPacker(mostRejectBytes);
  }

  /** True when the stretch has to end before more lines are read. */
  get hasManyRejects(): boolean {
    return this.rejects.bytes >= MOST_REJECT_BYTES;
  }

  /** Reads the clock, against which timestamps in the future are rejected. Has to be called now and then. */
  lookAtTheClock(): void {
    this.now = Date.now();
  }

  /** Reads a line, which lies in the memory of the sink. */
  readonly take = (line: Line): void => {
    const { counts } = this;
    counts.lines++;
    counts.bytes += line.end - line.offset;
    if (!line.tooLong) {
      const latest = latestTimestamp(this.now);
      const result = this.sink.scan(line.start, line.length, latest, line.number, line.offset);
      if (result === ADDED) return;
      if (result === ANONYMOUS) {
        counts.anonymous++;
        return;
      }
    }
    this.parse(line);
  };

  /** Parses a line that the scanner declined. */
  private parse(at: Line): void {
    const { counts } = this;
    const { start, length, tooLong } = at;
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
        this.reject(at, outcome.reason, line);
        return;
      case 'message':
        this.sink.add(outcome.message, at);
        return;
      default:
        outcome satisfies never;
    }
  }

  /** Counts a rejected line, and keeps it if there is room. @param line without its line end; cut off if it is too long */
  private reject({ number, offset, end, length, tooLong }: Line, reason: RejectReason, line: Buffer): void {
    const { counts, rejects } = this;
    this.rejected++;
    countRejected(counts, reason);
    const hint = rejects.isClosed ? undefined : hintOf(reason, line, end - offset, this.now);
    const bytes = line.subarray(0, LIMITS.rejectedLineBytes);
    const reject = { line: number, offset, reason, hint, bytes, isTruncated: tooLong || length > bytes.length };
    if (rejects.isClosed || !rejects.add(reject)) counts.rejectsNotKept = (counts.rejectsNotKept ?? 0) + 1;
  }
}
