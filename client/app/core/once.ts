/** Makes something when it is first wanted. Formatters of `Intl` take long to make: the first paint should wait for none that it does not show. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
