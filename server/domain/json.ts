/** Any JSON value, as `JSON.parse` gives it. */
export type Json = string | number | boolean | null | Json[] | { [member: string]: Json };

/** A JSON object: not null, not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
