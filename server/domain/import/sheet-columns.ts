/** The first columns of an export. */
export const FIXED_COLUMNS = ['id', 'last_updated'] as const;
export type FixedColumn = (typeof FIXED_COLUMNS)[number];

/** The column that holds, as one JSON object, the attributes that have no column of their own. */
export const OTHER_ATTRIBUTES = 'other_attributes';

const EVENT_PREFIX = 'event:';
/** Stands before the name of an attribute whose column would be taken for another one. */
export const COLUMN_PREFIX = 'attribute:';
const RESERVED: readonly string[] = [...FIXED_COLUMNS, OTHER_ATTRIBUTES];

/** The column of an attribute. */
export function attributeColumn(attribute: string): string {
  const isAmbiguous =
    RESERVED.includes(attribute) || [EVENT_PREFIX, COLUMN_PREFIX].some((prefix) => attribute.startsWith(prefix));
  return isAmbiguous ? COLUMN_PREFIX + attribute : attribute;
}

/** The column of the count of an event. */
export function eventColumn(event: string): string {
  return EVENT_PREFIX + event;
}

/** True for a column of an export that no import takes. */
export function isExportOnly(column: string): boolean {
  return RESERVED.includes(column) || column.startsWith(EVENT_PREFIX);
}
