import type { CustomerSnapshot } from '../domain/customer/stored-customers.js';
import { forEachMember } from '../domain/json-members.js';
import { LIMITS } from '../domain/limits.js';
import { compareCodePoints } from '../domain/text.js';
import { columnsOf, type ColumnNames, type CsvColumn } from './csv-columns.js';
import type { SelectedCustomers } from './selected-customers.js';

/** Names that get a column each, however many customers there are. */
const FEW_NAMES = 1000;
/** The most cells of a file with more names: each takes at least the byte of its delimiter. */
const CELLS = 1_000_000_000;
/** The most names that are counted. Beyond it those of the fewest customers are forgotten. */
const COUNTED_NAMES = 200_000;
/** Columns that are no name: id, last_updated, and those of the others. */
const OTHER_COLUMNS = 4;

/**
 * Finds the columns of a file. If a spreadsheet cannot hold them all, those of the fewest customers share a column.
 * @param isEverybody whether all customers of the snapshot are selected
 */
export async function findColumns(
  snapshot: CustomerSnapshot,
  selected: SelectedCustomers,
  isEverybody: boolean,
): Promise<CsvColumn[]> {
  if (isEverybody) {
    const names = await snapshot.names(FEW_NAMES + 1);
    if (names.attributes.length + names.events.length <= FEW_NAMES) return columnsOf(names);
  }
  return columnsOf(await countNames(selected));
}

async function countNames(selected: SelectedCustomers): Promise<ColumnNames> {
  const counts = { attribute: new NameCounts(), event: new NameCounts() };
  let customers = 0;
  for await (const page of selected.pages()) {
    customers += page.length;
    for (const { attributes, events } of page) {
      counts.attribute.add(attributes);
      counts.event.add(events);
    }
  }
  const most = Math.max(FEW_NAMES, Math.min(LIMITS.csvColumns - OTHER_COLUMNS, Math.floor(CELLS / customers)));
  const all = [...counts.attribute.entries('attribute'), ...counts.event.entries('event')];
  const own = all.sort((a, b) => b.count - a.count || compareCodePoints(a.name, b.name)).slice(0, most);
  const namesOf = (kind: NameEntry['kind']): string[] =>
    own.flatMap((entry) => (entry.kind === kind ? [entry.name] : [])).sort(compareCodePoints);
  const [attributes, events] = [namesOf('attribute'), namesOf('event')];
  return {
    attributes,
    events,
    hasOtherAttributes: counts.attribute.isMoreThan(attributes.length),
    hasOtherEvents: counts.event.isMoreThan(events.length),
  };
}

interface NameEntry {
  readonly kind: 'attribute' | 'event';
  readonly name: string;
  readonly count: number;
}

/** The number of customers that have each name. */
class NameCounts {
  private counts = new Map<string, number>();
  private hasForgotten = false;

  add(json: string): void {
    forEachMember(json, (name) => this.counts.set(name, (this.counts.get(name) ?? 0) + 1));
    if (this.counts.size > 2 * COUNTED_NAMES) this.forget();
  }

  entries(kind: NameEntry['kind']): NameEntry[] {
    return [...this.counts].map(([name, count]) => ({ kind, name, count }));
  }

  isMoreThan(names: number): boolean {
    return this.hasForgotten || this.counts.size > names;
  }

  private forget(): void {
    this.counts = new Map([...this.counts].sort(([, a], [, b]) => b - a).slice(0, COUNTED_NAMES));
    this.hasForgotten = true;
  }
}
