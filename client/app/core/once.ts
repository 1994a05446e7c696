/** Makes a value at its first use. Formatters of `Intl` are slow to make, so the first paint should not wait for unused ones. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
