import type { SourceOfCustomer } from '../../domain/customer/erasure.js';
import { readAuthor, type HistoryEntry } from '../../domain/customer/history.js';
import { KeptRepository, type KeptRecord, type RejectedLine } from '../../domain/customer/kept.js';
import type { LabelEdit } from '../../domain/customer/label-edits.js';
import type { Note } from '../../domain/customer/notes.js';
import { rejectsOf } from '../../domain/ingestion/reject.js';
import type { SourceReject } from '../../domain/sources/source.js';
import { readLabelEditsOf } from '../notes/label-edits.js';
import { readAllNotes } from '../notes/notes.js';
import { hasUnsupportedCharacter } from '../../domain/text.js';
import { first, query, type AccessRunner, type Value, type Work } from '../access/statement.js';
import { readRejectsOf } from '../sources/call-records.js';
import { namedSources } from './named-sources.js';

/** Rows that are read at once. An entry of the longest values has 20 kB, a run of identities 4 kB, a block of rejects 132 KiB. */
const ENTRIES_AT_ONCE = 10;
const RUNS_AT_ONCE = 50;
const BLOCKS_AT_ONCE = 8;

/** The place of the rows of a customer in an engine. */
export interface CustomerPlace {
  /** The column that names the customer in the tables `applied_messages` and `history`. */
  readonly column: 'key' | 'customer_id';
  /** Its value; undefined when there is certainly no row. */
  valueOf(id: string): Work<Value | undefined>;
  /** A statement with one parameter, the value, that gives at most one {@link KeptRow}. */
  readonly record: string;
  /** Statements with one parameter, the value, that give a row if the customer exists. The second locks it. */
  readonly there: string;
  readonly lock: string;
  /** A statement with one parameter, the value, that gives the numbers of ingestions. */
  readonly ingestions: string;
}

interface KeptRow {
  readonly attributes: string | null;
  readonly events: string;
  readonly attribute_times: string;
  readonly last_updated: number;
  readonly labels: string | null;
  readonly deleted_at: number | null;
  readonly suppressed_at: number | null;
}

/** All that is kept of a customer in a database. */
export class StoredKept extends KeptRepository {
  constructor(
    private readonly runner: AccessRunner,
    private readonly place: CustomerPlace,
  ) {
    super();
  }

  override async record(id: string): Promise<KeptRecord> {
    const row = (await this.rows<KeptRow>(id, this.place.record)).at(0);
    const { attributes = null, deleted_at: deletedAt = null, suppressed_at: suppressedAt = null } = row ?? {};
    const stored = row && attributes !== null ? storedOf(id, { ...row, attributes }) : undefined;
    return { stored, deletedAt: deletedAt ?? undefined, suppressedAt: suppressedAt ?? undefined };
  }

  override async *identities(id: string): AsyncGenerator<Uint8Array> {
    interface Run {
      readonly first: Uint8Array;
      readonly identities: Uint8Array;
    }
    const text = `SELECT first, identities FROM applied_messages WHERE ${this.place.column} = $1 AND first > $2 ORDER BY first LIMIT ${RUNS_AT_ONCE}`;
    let rows = await this.rows<Run>(id, text.replace('first > $2', 'first >= $2'), new Uint8Array());
    while (rows.length > 0) {
      for (const { identities } of rows) yield identities;
      rows = await this.rows<Run>(id, text, rows[rows.length - 1].first);
    }
  }

  override async *history(id: string): AsyncGenerator<readonly HistoryEntry[]> {
    type Row = Omit<HistoryEntry, 'author' | 'bulkEdit'> & {
      readonly author: string | null;
      readonly bulk_edit: number | null;
    };
    const text = `SELECT id, at, source, action, changes, author, bulk_edit FROM history WHERE ${this.place.column} = $1 AND id > $2
      ORDER BY id LIMIT ${ENTRIES_AT_ONCE}`;
    for (let after = 0; ;) {
      const rows = await this.rows<Row>(id, text, after);
      if (rows.length === 0) return;
      yield rows.map(({ author, bulk_edit: bulkEdit, ...row }) => ({
        ...{ ...row, author: readAuthor(author) },
        ...(bulkEdit !== null && { bulkEdit }),
      }));
      after = rows[rows.length - 1].id;
    }
  }

  override async *rejectedLines(id: string): AsyncGenerator<readonly RejectedLine[]> {
    interface Block {
      readonly ingestion: number;
      readonly first: number;
      readonly packed: Uint8Array;
    }
    const text = `SELECT ingestion, first, packed FROM reject_blocks WHERE (ingestion, first) > ($1, $2) ORDER BY ingestion, first LIMIT ${BLOCKS_AT_ONCE}`;
    for (let after: readonly [number, number] = [0, 0]; ;) {
      const place = after;
      const blocks = await this.runner.read(() => query<Block>(text, ...place));
      for (const block of blocks) {
        const lines = rejectsOf(id, block).map((reject) => ({ ingestion: block.ingestion, reject }));
        if (lines.length > 0) yield lines;
        after = [block.ingestion, block.first];
      }
      if (blocks.length < BLOCKS_AT_ONCE) return;
    }
  }

  override async *rejectedCalls(id: string): AsyncGenerator<readonly SourceReject[]> {
    for (let after = 0; ;) {
      const last = after;
      const rejects = await this.runner.read(() => readRejectsOf(id, last, ENTRIES_AT_ONCE));
      if (rejects.length === 0) return;
      yield rejects;
      after = rejects[rejects.length - 1].id;
    }
  }

  override async *notes(id: string): AsyncGenerator<readonly Note[]> {
    for (let after = 0; ;) {
      const last = after;
      const notes = await this.runner.read(() => readAllNotes(id, last, ENTRIES_AT_ONCE));
      if (notes.length === 0) return;
      yield notes;
      after = notes[notes.length - 1].id;
    }
  }

  override async *labelEdits(id: string): AsyncGenerator<readonly LabelEdit[]> {
    for (let after: readonly [number, string] = [0, '']; ;) {
      const last = after;
      const edits = await this.runner.read(() => readLabelEditsOf(id, last, ENTRIES_AT_ONCE));
      if (edits.length === 0) return;
      yield edits;
      const { bulkEdit, label } = edits[edits.length - 1];
      after = [bulkEdit, label];
    }
  }

  override async sources(
    id: string,
    ingestions: readonly number[],
    sources: readonly number[],
  ): Promise<readonly SourceOfCustomer[]> {
    const touched = await this.rows<{ ingestion: number }>(id, this.place.ingestions);
    const all = [...ingestions, ...touched.map(({ ingestion }) => ingestion)];
    return this.runner.read(() => namedSources({}, all, sources));
  }

  /** The rows of a statement whose first parameter is the value of the customer. */
  private rows<Row extends object>(id: string, text: string, ...more: readonly Value[]): Promise<readonly Row[]> {
    const { place } = this;
    return this.runner.read(function* (): Work<readonly Row[]> {
      const value = yield* place.valueOf(id);
      return value === undefined ? [] : yield* query<Row>(text, value, ...more);
    });
  }
}

function storedOf(id: string, row: KeptRow & { readonly attributes: string }): KeptRecord['stored'] {
  const { attributes, events, attribute_times: attributeTimes, last_updated: lastUpdated, labels } = row;
  return { id, attributes, events, attributeTimes, lastUpdated, ...(labels !== null && { labels }) };
}

/** Tells whether a customer exists, in the tables of an engine; see IsThere. */
export function* isThere(place: CustomerPlace, id: string, locks: boolean): Work<boolean> {
  if (hasUnsupportedCharacter(id)) return false;
  const value = yield* place.valueOf(id);
  return value !== undefined && (yield* first(locks ? place.lock : place.there, value)) !== undefined;
}

/** The key of a text in a SQLite file. */
export function* readTextKey(id: string): Work<number | undefined> {
  return (yield* first<{ key: number }>('SELECT key FROM text_keys WHERE id = $1', id))?.key;
}
