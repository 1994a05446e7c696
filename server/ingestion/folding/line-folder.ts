import { countRejected, noCounts, type Reject } from '../../domain/ingestion/ingestion.js';
import { LIMITS } from '../../domain/limits.js';
import type { Line } from '../sources/line-reader.js';
import { parseLine } from '../scanning/parse-line.js';
import { ADDED, ANONYMOUS } from '../scanning/scan-result.js';
import type { BatchBuilder } from './batch-builder.js';

/** Rejects that a part may hold. */
const MOST_REJECTS = 5_000;

/** Folds lines into a part, and counts what they came to. */
export class LineFolder {
  readonly counts = noCounts();
  readonly rejects: Reject[] = [];
  /** Seconds since the Unix epoch. */
  private now = Math.floor(Date.now() / 1000);

  constructor(private readonly builder: BatchBuilder) {}

  /** True when the part has to be merged before more is read. */
  get hasManyRejects(): boolean {
    return this.rejects.length >= MOST_REJECTS;
  }

  /** To be called now and then: messages of the future are rejected. */
  lookAtTheClock(): void {
    this.now = Math.floor(Date.now() / 1000);
  }

  /** Folds a line, which lies in the memory of the builder. */
  readonly take = (line: Line): void => {
    const { counts } = this;
    counts.lines++;
    counts.bytes += line.end - line.offset;
    if (!line.tooLong) {
      const result = this.builder.scan(line.start, line.length, this.now + LIMITS.futureSeconds);
      if (result === ADDED) return;
      if (result === ANONYMOUS) {
        counts.anonymous++;
        return;
      }
    }
    this.parse(line);
  };

  /** What the scanner has declined. */
  private parse({ number, offset, start, length, tooLong }: Line): void {
    const { counts } = this;
    const text = this.builder.bytes.toString('latin1', start, start + length);
    const outcome = parseLine(text, tooLong, this.now);
    switch (outcome.kind) {
      case 'blank':
        counts.blank++;
        return;
      case 'anonymous':
        counts.anonymous++;
        return;
      case 'rejected':
        countRejected(counts, outcome.reason);
        this.rejects.push({ line: number, offset, reason: outcome.reason, text: excerpt(text) });
        return;
      case 'message':
        this.builder.add(outcome.message);
        return;
      default:
        outcome satisfies never;
    }
  }
}

/** The first characters of a line, with a mark in the place of bytes that are no UTF-8. */
function excerpt(latin1: string): string {
  const text = Buffer.from(latin1.slice(0, LIMITS.rejectTextCharacters * 4), 'latin1').toString('utf8');
  return Array.from(text).slice(0, LIMITS.rejectTextCharacters).join('');
}
