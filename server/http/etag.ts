import { hash } from 'node:crypto';

/** Computes a strong validator: the hash of the JSON that an answer shows. A text is hashed as UTF-8. */
export function etagOf(json: string | Uint8Array): string {
  return `"${hash('sha1', json, 'base64url')}"`;
}

/** Evaluates `If-None-Match`: `*`, or a list with a tag that matches, weak or strong (RFC 9110, 13.1.2). */
export function matchesAny(header: string, etag: string): boolean {
  return header.trim() === '*' || tagsOf(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

/** Evaluates `If-Match`: `*`, or a list with a tag that is strong and equal (RFC 9110, 13.1.1). */
export function matchesStrongly(header: string, etag: string): boolean {
  return header.trim() === '*' || tagsOf(header).includes(etag);
}

function tagsOf(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
