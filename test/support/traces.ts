import { DatabaseSync } from '@photostructure/sqlite';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from './engine.js';

/** The texts that stand for a marker in a row: as it is, and in bytes as hexadecimal digits. */
function formsOf(marker: string): string[] {
  return [marker, Buffer.from(marker).toString('hex')];
}

/** The tables of an engine that have a row with a marker, case aside. None for an engine in memory. */
export async function tablesWith({ sql }: Pick<Engine, 'sql'>, marker: string): Promise<string[]> {
  if (!sql) return [];
  const isSqlite = await sql('SELECT 1 FROM sqlite_master').then(
    () => true,
    () => false,
  );
  const tables = await sql(
    isSqlite
      ? "SELECT name FROM sqlite_master WHERE type = 'table'"
      : "SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'",
  );
  const found: string[] = [];
  for (const name of tables.map((table) => String(table.name))) {
    const rows = await sql(isSqlite ? `SELECT * FROM ${name}` : `SELECT t::text AS row FROM ${name} AS t`);
    const text = JSON.stringify(rows, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') + Buffer.from(value).toString('hex') : value,
    ).toLowerCase();
    if (formsOf(marker.toLowerCase()).some((form) => text.includes(form))) found.push(name);
  }
  return found;
}

/** The files of a folder whose bytes hold a marker, case aside: as UTF-8, or as UTF-16. */
export function filesWith(folder: string, marker: string): string[] {
  const forms = [marker, marker.toLowerCase()].flatMap((form) => [Buffer.from(form), Buffer.from(form, 'utf16le')]);
  return readdirSync(folder).filter((name) => {
    const bytes = readFileSync(join(folder, name));
    return forms.some((form) => bytes.includes(form));
  });
}

/** The grams of three characters that the blocks of a search index list and that no customer has any more. */
export function wordsInBlocks(path: string): Set<string> {
  if (!existsSync(path)) throw new Error(`There is no ${path}.`);
  const database = new DatabaseSync(path);
  try {
    const grams = new Set<string>();
    for (const { packed } of database.prepare('SELECT packed FROM search_terms').all() as { packed: Uint8Array }[]) {
      const { buffer, byteOffset, byteLength } = packed.slice();
      const view = new DataView(buffer, byteOffset, byteLength);
      const head = view.getUint32(0, true);
      if (head & 1) continue;
      const count = head >> 1;
      for (let at = 0; at < count; at++) {
        const gram = view.getFloat64(4 + count * 4 + at * 8, true);
        grams.add(
          [Math.floor(gram / 2 ** 32), Math.floor(gram / 2 ** 16) % 2 ** 16, gram % 2 ** 16]
            .map((unit) => String.fromCharCode(unit))
            .join(''),
        );
      }
    }
    return grams;
  } finally {
    database.close();
  }
}
