/** The table of the trash with its columns; see ACCESS_TABLES. */
export const TRASH_TABLES = {
  trash: {
    key: 1,
    columns: [
      ...['id', 'deleted_at', 'deleted_before', 'source', 'author', 'attributes', 'events', 'attribute_times'],
      ...['last_updated', 'labels'],
    ],
  },
} as const satisfies Readonly<Record<string, { readonly key: number; readonly columns: readonly string[] }>>;
