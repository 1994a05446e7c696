import type { LogEntry, LogPlace } from '../../domain/log/log-entry.js';
import { isChosen } from '../../domain/log/log-query.js';
import type { LogQuery } from '../../domain/log/log-repository.js';
import { mayHave, wantedNames, type NameHash } from './block-names.js';
import { COMPACTED, openBlock, type BlockHead, type BlockRow } from './block-row.js';
import { comparePlaces, isAttributes, readEntry, type PlacedEntry } from './placed-entry.js';

/** Finds the newest messages that a query asks for among blocks, whatever these overlap, in memory for twice as many. */
export class NewestMessages {
  private found: LogEntry[] = [];
  /** The oldest one of enough messages. */
  private last: LogPlace | undefined;

  /** The names of which a block has to have one. */
  readonly names: readonly NameHash[] | undefined;

  constructor(private readonly query: LogQuery) {
    this.names = wantedNames(query);
  }

  /** True if a block may have one of them. @param lastTime of the block, and of none that comes after it a later one */
  wants(lastTime: number): boolean {
    const { since = -Infinity } = this.query;
    return lastTime >= since && (!this.last || lastTime >= this.last.time) && this.query.limit > 0;
  }

  /** False if a block certainly has none of them. */
  mayHave({ names }: Pick<BlockHead, 'names'>): boolean {
    return mayHave(names, this.names);
  }

  take(block: Pick<BlockRow, 'format' | 'packed' | 'moment' | 'part'>): void {
    const entries = openBlock(block);
    // The newest one of a compacted block is its last one.
    for (let at = entries.length - 1; at >= 0; at--) {
      const entry = entries[at];
      if (this.last && comparePlaces(entry, this.last) <= 0) {
        if (block.format === COMPACTED) return;
        continue;
      }
      if (!this.mayBeChosen(entry)) continue;
      const message = readEntry(entry);
      if (isChosen(message, this.query)) this.found.push(message);
      if (this.found.length >= 2 * this.query.limit) this.cut();
    }
    if (this.found.length >= this.query.limit) this.cut();
  }

  /** Newest first. */
  messages(): readonly LogEntry[] {
    this.cut();
    return this.found;
  }

  private cut(): void {
    const { limit } = this.query;
    this.found = this.found.sort((a, b) => comparePlaces(b, a)).slice(0, limit);
    if (this.found.length === limit) this.last = this.found.at(-1);
  }

  /** Looks at what costs nothing to read. */
  private mayBeChosen(entry: PlacedEntry): boolean {
    const { kinds, since = -Infinity, until = Infinity, before } = this.query;
    if (entry.time < since || entry.time > until || (before && comparePlaces(entry, before) >= 0)) return false;
    if (!kinds) return true;
    return kinds.includes(isAttributes(entry) ? 'attributes' : 'event');
  }
}
