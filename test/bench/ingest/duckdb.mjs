// DuckDB in memory, with two threads: loads the file, counts distinct ids, and takes the newest value of every attribute.
import { DuckDBInstance } from '@duckdb/node-api';

const [, , file] = process.argv;
const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();
const path = file.replaceAll("'", "''");

await connection.run(`
  CREATE TABLE messages AS
  SELECT user_id, type, id, name, timestamp, CASE WHEN type = 'attributes' THEN data END AS data
  FROM read_json('${path}', format = 'newline_delimited', columns = {
    id: 'VARCHAR', type: 'VARCHAR', name: 'VARCHAR', user_id: 'VARCHAR', timestamp: 'BIGINT', data: 'JSON'
  })
  WHERE user_id <> ''`);
await connection.run(`
  CREATE TABLE events AS
  SELECT user_id, name, count(DISTINCT id) AS ids FROM messages WHERE type = 'event' GROUP BY ALL`);
// The row number is the line number: among equal timestamps the later line wins.
await connection.run(`
  CREATE TABLE attributes AS
  SELECT user_id, entry.key AS name, arg_max(entry.value, (timestamp, line)) AS value
  FROM (
    SELECT user_id, timestamp, rowid AS line, unnest(map_entries(data::MAP(VARCHAR, JSON))) AS entry
    FROM messages WHERE type = 'attributes'
  )
  GROUP BY ALL`);

const result = await connection.runAndReadAll(`
  SELECT (SELECT count(DISTINCT user_id) FROM messages) AS customers,
         (SELECT sum(ids) FROM events) AS events,
         (SELECT count(*) FROM events) AS eventNames,
         (SELECT count(*) FROM attributes) AS attributes`);
const [row] = result.getRowObjects();
console.log(JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]))));
