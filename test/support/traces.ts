import { DatabaseSync } from '@photostructure/sqlite';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBlock, type BlockRow } from '../../server/storage/log/block-row.js';
import { readEntry } from '../../server/storage/log/placed-entry.js';
import { BLOCK } from '../../server/storage/sqlite/log/block-columns.js';
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

/** The number of messages in the blocks of the log in a file, and of those whose bytes hold a marker. */
export function messagesWith(path: string, marker: string): { readonly all: number; readonly marked: number } {
  const database = new DatabaseSync(path);
  try {
    let [all, marked] = [0, 0];
    // Safe: the columns of the statement.
    for (const block of database.prepare(`SELECT ${BLOCK} FROM log_blocks`).all() as unknown as BlockRow[]) {
      for (const entry of openBlock(block)) {
        all++;
        if (JSON.stringify(readEntry(entry)).includes(marker)) marked++;
      }
    }
    return { all, marked };
  } finally {
    database.close();
  }
}

/** The grams that the blocks of the search index in a file list, one or three characters each. */
export function gramsInBlocks(path: string): string[] {
  const database = new DatabaseSync(path);
  try {
    const grams: string[] = [];
    // Safe: the columns of the statement.
    for (const { packed } of database.prepare('SELECT packed FROM search_terms').all() as { packed: Uint8Array }[]) {
      const view = new DataView(packed.slice().buffer);
      const head = view.getUint32(0, true);
      if (head % 2 === 1) continue;
      const count = head / 2;
      for (let at = 0; at < count; at++) {
        const gram = view.getFloat64(4 + count * 4 + at * 8, true);
        const units = [2 ** 32, 2 ** 16, 1].map((unit) => Math.floor(gram / unit) % 2 ** 16);
        grams.push(String.fromCharCode(...units.filter((unit) => unit > 0)));
      }
    }
    return grams;
  } finally {
    database.close();
  }
}
