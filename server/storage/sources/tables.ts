/** The tables of sources with their columns; see ACCESS_TABLES. */
export const SOURCE_TABLES = {
  sources: {
    key: 1,
    columns: [
      ...['id', 'name', 'kind', 'key_hash', 'old_key_hash', 'old_key_until'],
      ...['is_on', 'keeps_empty_text', 'may_create', 'may_delete', 'created_at', 'created_by'],
    ],
  },
  source_counts: { key: 3, columns: ['source', 'hour', 'outcome', 'count'] },
  source_rejects: { key: 1, columns: ['id', 'source', 'at', 'reason', 'field', 'message', 'user_id', 'text'] },
  remembered_ids: { key: 1, columns: ['hash', 'id', 'arrival', 'until'] },
  source_state: { key: 1, columns: ['id', 'last_source', 'last_reject'] },
} as const satisfies Readonly<Record<string, { readonly key: number; readonly columns: readonly string[] }>>;
