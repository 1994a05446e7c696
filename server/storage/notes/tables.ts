/** The tables of notes and labels with their columns; see ACCESS_TABLES. */
export const NOTE_TABLES = {
  notes: {
    key: 2,
    columns: ['customer_id', 'id', 'is_hidden', 'at', 'author', 'edited_at', 'edited_by', 'text'],
  },
  label_edits: { key: 3, columns: ['bulk_edit', 'customer_id', 'label', 'is_added', 'at'] },
} as const satisfies Readonly<Record<string, { readonly key: number; readonly columns: readonly string[] }>>;
