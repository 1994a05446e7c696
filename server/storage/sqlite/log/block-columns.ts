/** The columns of a BlockHead. */
export const HEAD =
  'last_time AS lastTime, moment, part, first_time AS firstTime, entries, format, names, attribute_entries AS attributeEntries';
/** The bytes of a block, in whichever table they are. */
export const PACKED =
  'CASE WHEN log_blocks.place IS NULL THEN log_blocks.packed ELSE (SELECT p.packed FROM log_packed AS p WHERE p.place = log_blocks.place) END AS packed';
/** The columns of a BlockRow. */
export const BLOCK = `${HEAD}, ${PACKED}`;
