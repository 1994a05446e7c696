import type { NewName } from './block-writer.js';
import type { SnapshotReader } from './snapshot.js';
import type { SearchDocument, Statement } from './store.js';
import type { NameKind } from './terms.js';

/** The numbers of all names while blocks are built. A name without a number gets the next one. */
export class NameNumbers {
  private readonly lastNumber: Statement<[number]>;
  /** Undefined until they are needed. */
  private numbers: (Record<NameKind, Map<string, number>> & { last: number }) | undefined;
  /** The version of the index in which `numbers` are those of the names. */
  private version = -1;

  constructor(private readonly reader: SnapshotReader<SearchDocument>) {
    this.lastNumber = reader.store.reader.prepare('SELECT coalesce(max(number), 0) FROM search_names');
  }

  /** Reads the numbers again when they are needed. */
  forget(): void {
    this.numbers = undefined;
  }

  /** Forgets the numbers if they are those of another version: another process may have removed names. */
  expect(version: number): void {
    if (version !== this.version) this.forget();
  }

  /** Notes that the numbers are those of a version. */
  areOf(version: number): void {
    this.version = version;
  }

  /** @param newNames gets the name if its number is new */
  of(kind: NameKind, name: string, newNames: NewName[]): number {
    this.numbers ??= {
      attribute: this.reader.numbers('attribute'),
      event: this.reader.numbers('event'),
      label: this.reader.numbers('label'),
      last: this.lastNumber.get()?.[0] ?? 0,
    };
    const known = this.numbers[kind].get(name);
    if (known !== undefined) return known;
    const number = ++this.numbers.last;
    this.numbers[kind].set(name, number);
    newNames.push([number, kind, name]);
    return number;
  }
}
