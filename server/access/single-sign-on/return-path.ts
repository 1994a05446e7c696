const MOST_CHARACTERS = 2_000;

/**
 * The page to open after a login, on the own origin.
 * @param path what the client asks for; anything but a path of this server counts as the start page
 * @returns a URL that begins with the origin and `/`
 */
export function returnUrl(path: unknown, origin: string): string {
  const start = `${origin}/`;
  if (typeof path !== 'string' || !path.startsWith('/') || path.includes('\\') || path.length > MOST_CHARACTERS) {
    return start;
  }
  if (!URL.canParse(path, start)) return start;
  const url = new URL(path, start);
  return url.origin === origin ? url.href : start;
}
