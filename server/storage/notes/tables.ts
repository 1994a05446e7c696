/** The table of notes with its columns; see ACCESS_TABLES. */
export const NOTE_TABLES = {
  notes: {
    key: 2,
    columns: ['customer_id', 'id', 'is_hidden', 'at', 'author', 'edited_at', 'edited_by', 'text'],
  },
} as const satisfies Readonly<Record<string, { readonly key: number; readonly columns: readonly string[] }>>;
