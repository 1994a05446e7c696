/** `/customer?id=ID`, `/customer/history?id=ID` and so on, with further parameters after it. */
const BY_QUERY = /^\/customer(\/[^?#]*)?\?id=([^&#]+)(?:&([^#]*))?$/;

/**
 * Returns the URL by which routes know a customer that a URL names in its query. The ids `.` and `..` can not be in a path: browsers and
 * other URL parsers take them out, also when they are percent-encoded.
 */
export function pathOfCustomer(url: string): string {
  if (!url.startsWith('/customer?') && !url.startsWith('/customer/')) return url;
  const found = BY_QUERY.exec(url);
  if (!found) return url;
  const [, below = '', id, rest] = found;
  const segment = id.replaceAll('+', '%20').replaceAll('/', '%2F').replaceAll('.', '%2E');
  return `/customers/${segment}${below}${rest ? `?${rest}` : ''}`;
}

/** The URL at which a client finds a customer: with the id in the query where a path cannot hold it. */
export function urlOfCustomer(id: string | number): string {
  return id === '.' || id === '..' ? `/customer?id=${id}` : `/customers/${encodeURIComponent(id)}`;
}
