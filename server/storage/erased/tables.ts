/** The tables of erased customers with their columns; see ACCESS_TABLES. */
export const ERASED_TABLES = {
  erased: { key: 1, columns: ['hash', 'until'] },
  erased_state: { key: 1, columns: ['id', 'hmac_key'] },
} as const satisfies Readonly<Record<string, { readonly key: number; readonly columns: readonly string[] }>>;
