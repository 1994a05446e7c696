/** The columns that hold, as one JSON object, the attributes or events that have no column of their own. */
export const OTHER_ATTRIBUTES = 'other_attributes';
export const OTHER_EVENTS = 'other_events';

export const EVENT_PREFIX = 'event:';
/** Stands before the name of an attribute whose column would be taken for another one. */
export const COLUMN_PREFIX = 'attribute:';

/** The columns of an export that are no attribute. */
const RESERVED: readonly string[] = ['id', 'last_updated', OTHER_ATTRIBUTES, OTHER_EVENTS];

/** The column of an attribute. */
export function attributeColumn(attribute: string): string {
  return isExportOnly(attribute) || attribute.startsWith(COLUMN_PREFIX) ? COLUMN_PREFIX + attribute : attribute;
}

/** The column of the count of an event. */
export function eventColumn(event: string): string {
  return EVENT_PREFIX + event;
}

/** True for a column of an export that no import takes as an attribute. */
export function isExportOnly(column: string): boolean {
  return RESERVED.includes(column) || column.startsWith(EVENT_PREFIX);
}
