/** Makes a Content-Security-Policy. @param inline sources allowed in a page itself, such as `'nonce-…'`; none by default */
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

/** Headers that protect pages and answers in a browser. None asks for TLS, which a server on a desktop does not have. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy(),
  'cross-origin-opener-policy': 'same-origin',
  // A page of another origin reads answers by CORS or not at all; it must not embed them.
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The headers that matter for JSON (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html). The others are for pages. */
export const JSON_SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** The policy of the API viewer, which writes styles into its page. */
export const VIEWER_POLICY = contentSecurityPolicy({ style: "'unsafe-inline'" });
/** Paths of the API viewer. */
export const VIEWER = /^\/docs(?:[/?]|$)/;
