import { OverviewRepository, TOP_ATTRIBUTES, TOP_EVENTS, type AllNames, type Overview } from '../../domain/overview.js';
import type { LabelCount } from '../../domain/customer/labels.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareRows, type Query } from './database/statements.js';

/** Reads the overview from the stored counts of a SQLite file. */
export class SqliteOverviewRepository extends OverviewRepository {
  private readonly dataVersion: Query<[number]>;
  private readonly customers: Query<[number]>;
  private readonly attributeNames: Query<[number]>;
  private readonly eventSums: Query<[names: number, events: number]>;
  private readonly topEvents: Query<[name: string, customers: number, events: number]>;
  private readonly topAttributes: Query<[name: string, customers: number]>;
  private readonly days: Query<[day: number, customers: number]>;
  private readonly labelCounts: Query<[name: string, customers: number]>;
  private readonly attributesByName: Query<[string]>;
  private readonly eventsByName: Query<[string]>;
  /** The last answer, and the data version of the database for which it is valid. */
  private last: { readonly version: number; readonly overview: Overview } | undefined;

  constructor(private readonly database: Pick<SqliteDatabase, 'reader' | 'snapshot'>) {
    super();
    const { reader } = database;
    this.dataVersion = prepareRows(reader, 'PRAGMA data_version');
    this.customers = prepareRows(reader, 'SELECT sum(customers) FROM customer_ranges');
    this.attributeNames = prepareRows(reader, 'SELECT count(*) FROM attribute_counts');
    this.eventSums = prepareRows(reader, 'SELECT count(*), coalesce(sum(events), 0) FROM event_counts');
    this.topEvents = prepareRows(
      reader,
      'SELECT name, customers, events FROM event_counts ORDER BY events DESC, name LIMIT ?',
    );
    this.topAttributes = prepareRows(
      reader,
      'SELECT name, customers FROM attribute_counts ORDER BY customers DESC, name LIMIT ?',
    );
    this.labelCounts = prepareRows(reader, 'SELECT name, customers FROM label_counts ORDER BY customers DESC, name');
    this.attributesByName = prepareRows(reader, 'SELECT name FROM attribute_counts ORDER BY name LIMIT ?');
    this.eventsByName = prepareRows(reader, 'SELECT name FROM event_counts ORDER BY name LIMIT ?');
    this.days = prepareRows(reader, 'SELECT day, customers FROM day_counts ORDER BY day');
  }

  override async read(): Promise<Overview> {
    return this.database.snapshot(() => {
      // The version is read after the first read of the snapshot. A later commit changes it.
      const customers = this.customers.get()?.[0] ?? 0;
      const version = this.dataVersion.get()?.[0] ?? 0;
      if (this.last?.version !== version) this.last = { version, overview: this.count(customers) };
      return this.last.overview;
    });
  }

  override async names(limit: number): Promise<AllNames> {
    return this.database.snapshot(() => ({
      attributes: this.attributesByName.all(limit).map(([name]) => name),
      events: this.eventsByName.all(limit).map(([name]) => name),
    }));
  }

  override async labels(): Promise<readonly LabelCount[]> {
    return this.labelCounts.all().map(([name, customers]) => ({ name, customers }));
  }

  private count(customers: number): Overview {
    const [eventNames, events] = this.eventSums.get() ?? [0, 0];
    return {
      customers,
      attributeNames: this.attributeNames.get()?.[0] ?? 0,
      eventNames,
      events,
      topEvents: this.topEvents
        .all(TOP_EVENTS)
        .map(([name, count, times]) => ({ name, customers: count, events: times })),
      topAttributes: this.topAttributes.all(TOP_ATTRIBUTES).map(([name, count]) => ({ name, customers: count })),
      lastUpdated: this.days.all().map(([day, count]) => ({ day, customers: count })),
    };
  }
}
