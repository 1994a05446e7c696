import type { CustomerSort, SortOrder } from '../../domain/search/customer-query.js';
import { segmentNameTaken, segmentNotFound, SegmentRepository, type Segment } from '../../domain/search/segment.js';
import { formatConditions, parseConditions } from '../../domain/search/stored-conditions.js';
import type { WrittenQuery } from '../../domain/search/written-query.js';
import { codeOf, UNIQUE_VIOLATION } from './database/failure.js';
import type { PostgresDatabase } from './database/database.js';
import { EDIT } from './database/transaction-kind.js';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly search: string | null;
  /** JSON of `formatConditions`. */
  readonly filters: string;
  readonly sort: CustomerSort;
  readonly sort_order: SortOrder;
}

/** The segments in a PostgreSQL database. */
export class PostgresSegmentRepository extends SegmentRepository {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  override async list(): Promise<Segment[]> {
    return (await this.database.read<Row>('segments', 'SELECT * FROM segments ORDER BY name')).map(toSegment);
  }

  override async find(id: number): Promise<Segment | undefined> {
    const rows = await this.database.read<Row>('segment', 'SELECT * FROM segments WHERE id = $1', [id]);
    return rows.map(toSegment).at(0);
  }

  override async create({ name, query }: Omit<Segment, 'id'>): Promise<Segment> {
    // A name that is taken yields no row, so it takes no id either.
    const rows = await this.write(
      name,
      `INSERT INTO segments (name, search, filters, sort, sort_order) SELECT $1, $2, $3, $4, $5
       WHERE NOT EXISTS (SELECT FROM segments WHERE name = $1) RETURNING *`,
      [name, ...columnsOf(query)],
    );
    if (rows.length === 0) throw segmentNameTaken(name);
    return toSegment(rows[0]);
  }

  override async replace({ id, name, query }: Segment): Promise<void> {
    const rows = await this.write(
      name,
      `UPDATE segments SET name = $2, search = $3, filters = $4, sort = $5, sort_order = $6 WHERE id = $1 RETURNING *`,
      [id, name, ...columnsOf(query)],
    );
    if (rows.length === 0) throw segmentNotFound(id);
  }

  override async remove(id: number): Promise<void> {
    const rows = await this.write('', 'DELETE FROM segments WHERE id = $1 RETURNING *', [id]);
    if (rows.length === 0) throw segmentNotFound(id);
  }

  private async write(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return this.database.write(EDIT, async (client) => {
      try {
        return (await client.query<Row>(text, values)).rows;
      } catch (error) {
        if (codeOf(error) === UNIQUE_VIOLATION) throw segmentNameTaken(name);
        throw error;
      }
    });
  }
}

function columnsOf({ search, sort, order, ...conditions }: WrittenQuery): [string | null, string, string, string] {
  return [search ?? null, formatConditions(conditions), sort, order];
}

function toSegment({ id, name, search, filters, sort, sort_order: order }: Row): Segment {
  return { id, name, query: { ...(search !== null && { search }), ...parseConditions(filters), sort, order } };
}
