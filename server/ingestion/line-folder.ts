import { countRejected, noCounts, type Reject } from '../domain/ingestion.js';
import { LIMITS } from '../domain/limits.js';
import type { LineReader } from './line-reader.js';
import { parseLine } from './parse-line.js';
import { ADDED, ANONYMOUS, type PartBuilder } from './part-builder.js';

/** Folds lines into a part, and counts what they came to. */
export class LineFolder {
  readonly counts = noCounts();
  readonly rejects: Reject[] = [];

  constructor(private readonly builder: PartBuilder) {}

  /** @param now seconds since the Unix epoch */
  fold(raws: readonly string[], reader: LineReader, now: number): void {
    const { counts, builder } = this;
    const latest = now + LIMITS.futureSeconds;
    const from = reader.end;
    for (const raw of raws) {
      const text = reader.place(raw);
      if (reader.tooLong) {
        this.parse(text, reader, now);
        continue;
      }
      const result = builder.scan(text, latest);
      if (result === ADDED) continue;
      if (result === ANONYMOUS) counts.anonymous++;
      else this.parse(text, reader, now);
    }
    counts.lines += raws.length;
    counts.bytes += reader.end - from;
  }

  /** What the scanner has declined. */
  private parse(text: string, { number, offset, tooLong }: LineReader, now: number): void {
    const { counts } = this;
    const outcome = parseLine(text, tooLong, now);
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
