/** The tables of imports with their columns; see ACCESS_TABLES. */
export const IMPORT_TABLES = {
  imports: {
    key: 1,
    columns: [
      ...['id', 'name', 'bytes', 'spool', 'state', 'failure', 'sheet', 'dry_run', 'ingestion'],
      ...['uploaded_by', 'confirmed_by', 'created_at', 'confirmed_at'],
    ],
  },
  import_mappings: { key: 1, columns: ['hash', 'mapping', 'used_at'] },
  import_state: { key: 1, columns: ['id', 'last_import'] },
} as const satisfies Readonly<Record<string, { readonly key: number; readonly columns: readonly string[] }>>;
