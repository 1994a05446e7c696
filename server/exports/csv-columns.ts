import {
  attributeColumn,
  COLUMN_PREFIX,
  EVENT_PREFIX,
  eventColumn,
  OTHER_ATTRIBUTES,
  OTHER_EVENTS,
} from '../domain/import/sheet-columns.js';

/** The content of a column of a file. Others are, as one JSON object, the attributes or events that have no column of their own. */
export type CsvContent =
  | { readonly kind: 'id' | 'last_updated' | 'other_attributes' | 'other_events' }
  | { readonly kind: 'attribute' | 'event'; readonly name: string };

/** A column of a file with the text of its header. */
export type CsvColumn = CsvContent & { readonly title: string };

/** Names of attributes and of events, each in order, and whether there are more of them than these. */
export interface ColumnNames {
  readonly attributes: readonly string[];
  readonly events: readonly string[];
  readonly hasOtherAttributes?: boolean;
  readonly hasOtherEvents?: boolean;
}

/** All columns of a file. */
export function columnsOf({ attributes, events, hasOtherAttributes, hasOtherEvents }: ColumnNames): CsvColumn[] {
  return [
    { kind: 'id', title: 'id' },
    { kind: 'last_updated', title: 'last_updated' },
    ...attributes.map((name) => ({ kind: 'attribute', name, title: attributeColumn(name) }) as const),
    ...(hasOtherAttributes ? [{ kind: 'other_attributes', title: OTHER_ATTRIBUTES } as const] : []),
    ...events.map((name) => ({ kind: 'event', name, title: eventColumn(name) }) as const),
    ...(hasOtherEvents ? [{ kind: 'other_events', title: OTHER_EVENTS } as const] : []),
  ];
}

/** The content of a column by the header that {@link columnsOf} gives it. */
export function contentOf(column: string): CsvContent {
  switch (column) {
    case 'id':
    case 'last_updated':
    case OTHER_ATTRIBUTES:
    case OTHER_EVENTS:
      return { kind: column };
  }
  if (column.startsWith(EVENT_PREFIX)) return { kind: 'event', name: column.slice(EVENT_PREFIX.length) };
  const name = column.startsWith(COLUMN_PREFIX) ? column.slice(COLUMN_PREFIX.length) : column;
  return { kind: 'attribute', name };
}
