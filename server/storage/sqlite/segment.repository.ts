import type { CustomerSort, SortOrder } from '../../domain/search/customer-query.js';
import { segmentNameTaken, segmentNotFound, SegmentRepository, type Segment } from '../../domain/search/segment.js';
import { formatConditions, parseConditions } from '../../domain/search/stored-conditions.js';
import type { WrittenQuery } from '../../domain/search/written-query.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareObjects, type Query } from './database/statements.js';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly search: string | null;
  /** JSON of `formatConditions`. */
  readonly filters: string;
  readonly sort: CustomerSort;
  readonly sort_order: SortOrder;
}

/** The segments in a SQLite file. */
export class SqliteSegmentRepository extends SegmentRepository {
  private readonly all: Query<Row>;
  private readonly byId: Query<Row>;
  private readonly byName: Query<Row>;
  private readonly insert: Query<Row>;
  private readonly update: Query<Row>;
  private readonly deletion: Query<Row>;

  constructor(private readonly database: SqliteDatabase) {
    super();
    const { reader, writer } = database;
    this.all = prepareObjects(reader, 'SELECT * FROM segments ORDER BY name');
    this.byId = prepareObjects(reader, 'SELECT * FROM segments WHERE id = ?');
    this.byName = prepareObjects(writer, 'SELECT * FROM segments WHERE name = ?');
    this.insert = prepareObjects(
      writer,
      'INSERT INTO segments (name, search, filters, sort, sort_order) VALUES (?, ?, ?, ?, ?) RETURNING *',
    );
    this.update = prepareObjects(
      writer,
      'UPDATE segments SET name = ?, search = ?, filters = ?, sort = ?, sort_order = ? WHERE id = ? RETURNING *',
    );
    this.deletion = prepareObjects(writer, 'DELETE FROM segments WHERE id = ? RETURNING *');
  }

  override async list(): Promise<Segment[]> {
    return this.all.all().map(toSegment);
  }

  override async find(id: number): Promise<Segment | undefined> {
    const row = this.byId.get(id);
    return row && toSegment(row);
  }

  override create({ name, query }: Omit<Segment, 'id'>): Promise<Segment> {
    return this.database.write(() => {
      if (this.byName.get(name)) throw segmentNameTaken(name);
      const row = this.insert.get(name, ...columnsOf(query));
      if (!row) throw new Error('A new segment was not returned.');
      return toSegment(row);
    });
  }

  override replace({ id, name, query }: Segment): Promise<void> {
    return this.database.write(() => {
      const other = this.byName.get(name);
      if (other && other.id !== id) throw segmentNameTaken(name);
      if (!this.update.get(name, ...columnsOf(query), id)) throw segmentNotFound(id);
    });
  }

  override remove(id: number): Promise<void> {
    return this.database.write(() => {
      if (!this.deletion.get(id)) throw segmentNotFound(id);
    });
  }
}

function columnsOf({ search, sort, order, ...conditions }: WrittenQuery): [string | null, string, string, string] {
  return [search ?? null, formatConditions(conditions), sort, order];
}

function toSegment({ id, name, search, filters, sort, sort_order: order }: Row): Segment {
  return { id, name, query: { ...(search !== null && { search }), ...parseConditions(filters), sort, order } };
}
