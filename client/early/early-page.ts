/** A page of which the address alone says what it will ask the API for. */
export type EarlyPage =
  | { readonly kind: 'list' }
  | { readonly kind: 'overview' }
  | { readonly kind: 'ingest' }
  | { readonly kind: 'customer'; readonly id: string }
  | { readonly kind: 'edit'; readonly id: string };

/** Null for every other page. */
export function earlyPage(path: string, search: string): EarlyPage | null {
  const [, name, id, more] = /^\/([^/]*)(?:\/([^/]+))?(\/edit)?\/?$/.exec(path) ?? [];
  if (id) return name === 'customers' ? ofCustomer(id, more === '/edit') : null;
  if (more || search) return null;
  switch (name) {
    case '':
    case 'customers':
      return { kind: 'list' };
    case 'overview':
    case 'ingest':
      return { kind: name };
    default:
      return null;
  }
}

function ofCustomer(id: string, isEdited: boolean): EarlyPage | null {
  try {
    return { kind: isEdited ? 'edit' : 'customer', id: decodeURIComponent(id) };
  } catch {
    // Half an escape: the router says so.
    return null;
  }
}
