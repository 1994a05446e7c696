/** @param inline what may stand in a page itself, such as `'nonce-…'`; nothing by default */
export function contentSecurityPolicy(inline: { readonly script?: string; readonly style?: string } = {}): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${inline.script ?? ''}`.trim(),
    `style-src 'self' ${inline.style ?? ''}`.trim(),
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join(';');
}

/**
 * Keep the pages, and what a browser makes of an answer, from harm. The same for every answer, so they are put together once.
 * None asks for TLS: on a person's machine there is none.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy(),
  'cross-origin-opener-policy': 'same-origin',
  // Other localhost origins may call the API: see CORS.
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What of them means something to JSON (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html); the rest is for pages. */
export const JSON_SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/** Of the viewer of the API's description, which writes styles into its page. */
export const VIEWER_POLICY = contentSecurityPolicy({ style: "'unsafe-inline'" });
/** Where the viewer is. */
export const VIEWER = /^\/docs(?:[/?]|$)/;
