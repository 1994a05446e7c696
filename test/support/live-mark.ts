import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { Client } from 'pg';

const AN_HOUR = 3_600;

/**
 * Lets files be ingested in parts, as if live messages came to another process all the while.
 * @param url of a database
 * @returns a function that ends it
 */
export async function holdLiveMark(url: string): Promise<() => Promise<void>> {
  if (url.startsWith('file:')) {
    const path = `${url.slice('file:'.length)}-live`;
    const later = Date.now() / 1000 + AN_HOUR;
    writeFileSync(path, '');
    utimesSync(path, later, later);
    return async () => rmSync(path);
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('SELECT pg_advisory_lock_shared(5021980, hashtext(current_schema()))');
  return () => client.end();
}
