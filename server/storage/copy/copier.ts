import { DomainError } from '../../domain/errors.js';
import { readAll } from './batches.js';
import { sumsOf, type Sums } from './checksum.js';
import {
  COPIED_SECTIONS,
  KEY_OF,
  SECTIONS,
  type ContentsReader,
  type ContentsWriter,
  type CopiedSection,
  type Key,
  type OpenContents,
  type Section,
} from './contents.js';

/** The progress of a copy, which is stored in the target database. */
interface Progress {
  /** The identity key of the source database, in hexadecimal digits. Only a copy from the same database can continue. */
  readonly from: string;
  /** `derive` and `verify` follow when all sections are copied. */
  readonly step: CopiedSection | 'derive' | 'verify';
  /** The key of the last row of the section that was copied; null if there is none yet. */
  readonly after: Key | null;
}

/** Receives the number of rows read so far, and the number to read in all: every row is read to be copied, and again to be verified. */
export type CopyListener = (rows: number, total: number) => void;

/**
 * Copies the contents of a database into an empty one, of any engine, and compares the two at the end. When it is called again for the
 * same two databases, it continues.
 * @returns the counts and checksums that both databases have
 * @throws DomainError `invalid_request` when a database cannot be copied from or into, or the two differ at the end
 */
export async function copyContents(source: OpenContents, target: OpenContents, onRows: CopyListener): Promise<Sums> {
  if ((await source.writer.progress()) !== undefined) {
    throw refusal('The database to copy from is itself in the middle of a copy. Finish that one first.');
  }
  if (await source.reader.isBusy()) {
    throw refusal('A process ingests into the database to copy from. Wait for its end, or stop it.');
  }
  return copySnapshot(source.reader, target, onRows);
}

/**
 * Copies what a reader sees, which nothing may change meanwhile, and compares the two at the end. See {@link copyContents}.
 * @throws DomainError `invalid_request` when the target cannot be copied into, or the two differ at the end
 */
export async function copySnapshot(
  reader: ContentsReader,
  target: OpenContents,
  onRows: CopyListener = () => undefined,
): Promise<Sums> {
  const copy = new Copy(reader, target.writer);
  const counted = await total(reader);
  let rows = (await target.writer.progress()) === undefined ? 0 : await total(target.reader);
  const count = (read: number): void => onRows((rows += read), 2 * counted);
  await copy.run(count);
  rows = counted;
  const [expected, actual] = await Promise.all([sumsOf(reader, count), sumsOf(target.reader, () => undefined)]);
  const wrong = SECTIONS.filter(
    (section) =>
      expected[section].count !== actual[section].count || expected[section].checksum !== actual[section].checksum,
  );
  if (wrong.length > 0) throw differ(wrong, expected, actual);
  await copy.end();
  return actual;
}

async function total(reader: ContentsReader): Promise<number> {
  let rows = 0;
  for (const section of SECTIONS) rows += await reader.count(section);
  return rows;
}

class Copy {
  private from = '';
  /** The progress as stored in the target database. */
  private text = '';

  constructor(
    private readonly reader: ContentsReader,
    private readonly writer: ContentsWriter,
  ) {}

  async run(onRows: (rows: number) => void): Promise<void> {
    let { step, after } = await this.start();
    while (step !== 'derive' && step !== 'verify') {
      await this.copySection(step, this.reader.rows[step], after, onRows);
      step = stepAfter(step);
      after = null;
    }
    if (step === 'derive') {
      const done = this.at('verify', null);
      await this.writer.derive(await this.reader.nextIds(), this.text, done);
      this.text = done;
    }
  }

  async end(): Promise<void> {
    await this.writer.end(this.text);
  }

  private async start(): Promise<Progress> {
    const identityKey = await this.reader.identityKey();
    this.from = Buffer.from(identityKey).toString('hex');
    const known = await this.writer.progress();
    if (known !== undefined) {
      this.text = known;
      // Safe: written by this class.
      const progress = JSON.parse(known) as Progress;
      if (progress.from === this.from) return progress;
      throw refusal('The database to copy into is in the middle of a copy from another database. Name an empty one.');
    }
    if (!(await this.writer.isEmpty())) {
      throw refusal('The database to copy into is not empty, and this copy did not begin it. Name an empty one.');
    }
    const [step] = COPIED_SECTIONS;
    this.text = this.at(step, null);
    await this.writer.begin(identityKey, this.text);
    return { from: this.from, step, after: null };
  }

  private async copySection<Name extends CopiedSection>(
    section: Name,
    read: ContentsReader['rows'][Name],
    after: Key | null,
    onRows: (rows: number) => void,
  ): Promise<void> {
    const keyOf = KEY_OF[section];
    for await (const rows of readAll(read, keyOf, after ?? undefined)) {
      const next = this.at(section, keyOf(rows[rows.length - 1]));
      await this.writer.write(section, rows, this.text, next);
      this.text = next;
      onRows(rows.length);
    }
    const next = this.at(stepAfter(section), null);
    await this.writer.write(section, [], this.text, next);
    this.text = next;
  }

  private at(step: Progress['step'], after: Key | null): string {
    return JSON.stringify({ from: this.from, step, after } satisfies Progress);
  }
}

function stepAfter(section: CopiedSection): Progress['step'] {
  return COPIED_SECTIONS.at(COPIED_SECTIONS.indexOf(section) + 1) ?? 'derive';
}

function differ(sections: readonly Section[], expected: Sums, actual: Sums): DomainError {
  const list = sections.map((section) => {
    const [from, to] = [expected[section], actual[section]];
    const what = from.count === to.count ? 'not the same' : `${from.count} and ${to.count}`;
    return `${section} (${what})`;
  });
  return refusal(
    `The two databases are not the same: ${list.join(', ')}. Something has written to one of them meanwhile. ` +
      'Stop it, and copy again into an empty database.',
  );
}

function refusal(message: string): DomainError {
  return new DomainError('invalid_request', message);
}
