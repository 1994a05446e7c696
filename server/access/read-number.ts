/** Reads the number of a user, session or token in a path; undefined for any other text. */
export function numberOf(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
