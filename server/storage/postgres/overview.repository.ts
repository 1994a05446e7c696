import { OverviewRepository, TOP_ATTRIBUTES, TOP_EVENTS, type AllNames, type Overview } from '../../domain/overview.js';
import type { LabelCount } from '../../domain/customer/labels.js';
import type { AttributeName, EventName } from '../../domain/search/customer-query.js';
import type { CustomerRanges } from './customers/customer-ranges.js';
import type { PostgresDatabase } from './database/database.js';
import { namesIn, numbersIn, type StatisticsTable } from './customers/statistics-table.js';

/** Reads the overview from the stored counts of a PostgreSQL database. */
export class PostgresOverviewRepository extends OverviewRepository {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly ranges: CustomerRanges,
    private readonly statistics: StatisticsTable,
  ) {
    super();
  }

  override async read(): Promise<Overview> {
    return this.database.snapshot(async (client) => {
      const numbers = await numbersIn(client, this.statistics);
      const { total } = await this.ranges.refresh(client);
      const rowsOf = async <Row>(text: string): Promise<Row[]> => (await client.query(text)).rows as Row[];
      const sums = await rowsOf<{ kind: string; names: number; events: number }>(
        `SELECT kind, count(*) AS names, sum(events)::bigint AS events FROM ${numbers} AS n
         WHERE kind IN ('attribute', 'event') GROUP BY kind`,
      );
      const sumOf = (kind: string) => sums.find((sum) => sum.kind === kind) ?? { names: 0, events: 0 };
      return {
        customers: total,
        attributeNames: sumOf('attribute').names,
        eventNames: sumOf('event').names,
        events: sumOf('event').events,
        topEvents: await rowsOf<EventName>(
          `SELECT name, customers, events FROM ${numbers} AS n WHERE kind = 'event' ORDER BY events DESC, name LIMIT ${TOP_EVENTS}`,
        ),
        topAttributes: await rowsOf<AttributeName>(
          `SELECT name, customers FROM ${numbers} AS n WHERE kind = 'attribute'
           ORDER BY customers DESC, name LIMIT ${TOP_ATTRIBUTES}`,
        ),
        lastUpdated: await rowsOf<{ day: number; customers: number }>(
          `SELECT name::bigint AS day, customers FROM ${numbers} AS n WHERE kind = 'day' ORDER BY name::bigint`,
        ),
      };
    });
  }

  override labels(): Promise<readonly LabelCount[]> {
    return this.database.snapshot(async (client) => {
      const numbers = await numbersIn(client, this.statistics);
      const { rows } = await client.query<LabelCount>(
        `SELECT name, customers FROM ${numbers} AS n WHERE kind = 'label' ORDER BY customers DESC, name`,
      );
      return rows;
    });
  }

  override async names(limit: number): Promise<AllNames> {
    return this.database.snapshot((client) => namesIn(client, this.statistics, limit));
  }
}
