// Counts the contents of Roster's database. Reads the tables, because the API does not show removed attributes.
import { DatabaseSync } from '@photostructure/sqlite';

const database = new DatabaseSync(process.argv[2], { readOnly: true });
const row = database
  .prepare(
    `SELECT count(*) AS customers,
            sum((SELECT sum(value) FROM json_each(events))) AS events,
            sum((SELECT count(*) FROM json_each(events))) AS eventNames,
            sum((SELECT count(*) FROM json_each(attribute_times))) AS attributes
     FROM customers`,
  )
  .get();
database.close();
console.log(JSON.stringify(row));
