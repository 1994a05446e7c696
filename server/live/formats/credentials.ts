const SCHEME = /^(basic|bearer) +(\S+) *$/i;

/**
 * Reads the key of a source from the header `Authorization`. Basic gives the user name where the password is empty or missing, and else both
 * with the colon, as in Customer.io's `siteId:apiKey`; Bearer gives its token.
 * @returns undefined if there is no key that can be read
 */
export function keyOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = SCHEME.exec(authorization ?? '') ?? [];
  const key = scheme.toLowerCase() === 'basic' ? textOfBasic(value) : value;
  return key === '' ? undefined : key;
}

function textOfBasic(base64: string): string {
  try {
    return atob(base64).replace(/:$/, '');
  } catch {
    return '';
  }
}
