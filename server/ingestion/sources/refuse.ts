import { DomainError } from '../../domain/errors.js';
import { isObject } from '../../domain/json.js';
import { LIMITS } from '../../domain/limits.js';
import { beginsLikeAnotherFormat, fileKindOf, isUtf16 } from './file-kind.js';

/** A source with fewer lines is read line by line, unless it is recognised as a file of another format. */
const FEWEST_LINES = 20;
/** The lines that are not blank among which one has to be a JSON object. */
const JUDGED_LINES = 1_000;
/** The most bytes of a stream that are held until it is judged. A source with longer lines is read line by line. */
const HELD_BYTES = 32 * 1024 * 1024;
/** The first bytes, from which the kind of a file is recognised. */
const HEAD_BYTES = 16 * 1024;
const LINE_FEED = 10;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Passes the bytes of a source on as soon as it is clear that it may hold JSON lines. Until then they are held.
 * @param chunks from the first byte of the source on
 * @throws DomainError `source_refused` before the first byte, if the source begins as UTF-16, or has no JSON object among its first
 * 1 000 lines that are not blank and either 20 lines or more, or the first bytes of a file of another format
 */
export async function* refusing(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const judge = new Judge();
  try {
    let held: Uint8Array[] = [];
    let failure: { readonly error: unknown } | undefined;
    while (judge.verdict === undefined) {
      try {
        const next = await iterator.next();
        if (next.done === true) break;
        held.push(next.value);
        judge.take(next.value);
      } catch (error) {
        // Readable bytes are passed on first.
        failure = { error };
        break;
      }
    }
    if (judge.end() === 'refused') throw refused(name, judge.head);
    yield* held;
    held = [];
    if (failure) throw failure.error;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** Reads as much of a source as it takes to judge it. @throws like {@link refusing} */
export async function refuse(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const judged = refusing(name, chunks);
  try {
    await judged.next();
  } finally {
    await judged.return(undefined);
  }
}

function refused(name: string, head: Buffer): DomainError {
  const { kind, advice } = fileKindOf(head);
  const source = name === '-' ? 'Standard input' : name;
  return new DomainError('source_refused', `${source} was not taken: it seems to be ${kind}. ${advice}`);
}

type Verdict = 'taken' | 'refused';

/** Decides from its first bytes and lines whether a source is read. */
class Judge {
  verdict: Verdict | undefined;
  head = Buffer.alloc(0);
  private lines = 0;
  private judged = 0;
  private bytes = 0;
  /** The pieces of the line that has no end yet. */
  private rest: Uint8Array[] = [];
  private restBytes = 0;

  take(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    if (this.head.length < HEAD_BYTES) this.head = Buffer.concat([this.head, chunk]).subarray(0, HEAD_BYTES);
    if (isUtf16(this.head)) this.verdict = 'refused';
    let at = 0;
    while (this.verdict === undefined) {
      const end = chunk.indexOf(LINE_FEED, at);
      this.hold(chunk.subarray(at, end < 0 ? chunk.length : end));
      if (end < 0) break;
      this.endLine();
      at = end + 1;
    }
    if (this.bytes > HELD_BYTES) this.verdict ??= 'taken';
  }

  end(): Verdict {
    if (this.restBytes > 0) this.endLine();
    return (this.verdict ??= this.judged > 0 && this.isNoJsonLines() ? 'refused' : 'taken');
  }

  private isNoJsonLines(): boolean {
    return this.lines >= FEWEST_LINES || beginsLikeAnotherFormat(this.head);
  }

  private hold(piece: Uint8Array): void {
    // A longer line is no message, so the rest of it does not matter.
    if (this.restBytes <= LIMITS.lineBytes + 1) this.rest.push(piece);
    this.restBytes += piece.length;
  }

  private endLine(): void {
    const line = this.restBytes <= LIMITS.lineBytes + 1 ? Buffer.concat(this.rest) : undefined;
    this.rest = [];
    this.restBytes = 0;
    this.lines++;
    const kind = line ? kindOf(line, this.lines === 1) : 'other';
    if (kind === 'blank') return;
    this.judged++;
    if (kind === 'object') this.verdict = 'taken';
    else if (this.judged === JUDGED_LINES) this.verdict = 'refused';
  }
}

function kindOf(line: Buffer, isFirst: boolean): 'blank' | 'object' | 'other' {
  try {
    const decoded = decoder.decode(line);
    const text = isFirst ? decoded.replace(/^\uFEFF/, '') : decoded;
    if (text.trim() === '') return 'blank';
    return isObject(JSON.parse(text)) ? 'object' : 'other';
  } catch {
    return 'other';
  }
}
