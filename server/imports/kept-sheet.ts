import { createHash } from 'node:crypto';
import { sampleColumns, type SampledColumn } from '../domain/import/mapping.js';
import type { FoundFormat, OpenSheet, SheetColumn, SheetFormat, SheetRow } from '../domain/import/sheet.js';
import type { SheetMapping } from '../domain/import/sheet-mapping.js';

/** How a file is read, and what its columns mean: as it is kept with its import. */
export interface KeptSheet {
  readonly format: SheetFormat;
  readonly found: FoundFormat;
  readonly damagedCharacters: number;
  readonly columns: readonly SampledColumn[];
  readonly mapping: SheetMapping;
  /** True if the mapping was remembered from an earlier import. */
  readonly isRemembered: boolean;
}

/** The sheet of an import before its columns have a meaning. */
export type LookedAt = Omit<KeptSheet, 'mapping' | 'isRemembered'>;

/** Rows in which samples are looked for. */
const ROWS_LOOKED_AT = 500;

/** Reads the beginning of a sheet, and closes it. @param found out about its file */
export async function lookAt(sheet: OpenSheet, found: FoundFormat): Promise<LookedAt> {
  const rows: SheetRow[] = [];
  for await (const some of sheet.rows) {
    rows.push(...some);
    if (rows.length >= ROWS_LOOKED_AT) break;
  }
  const { format, damagedCharacters } = sheet;
  return { format, found, damagedCharacters, columns: sampleColumns(sheet.columns, rows) };
}

/** Reads what `JSON.stringify` wrote of a sheet. */
export function readSheet(json: string): KeptSheet {
  // Safe: only this room writes it.
  return JSON.parse(json) as KeptSheet;
}

/** Reads what `JSON.stringify` wrote of a mapping. */
export function readKeptMapping(json: string | undefined): SheetMapping | undefined {
  // Safe: only this room writes it.
  return json === undefined ? undefined : (JSON.parse(json) as SheetMapping);
}

/** The hash by which the mapping of columns is remembered. */
export function hashOfColumns(columns: readonly Pick<SheetColumn, 'name'>[]): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify(columns.map(({ name }) => name)))
    .digest();
}
