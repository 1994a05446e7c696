import type { ClientBase } from 'pg';
import { erasedHash, KEY_IF_ANY } from '../../erased/erased.js';

/**
 * Reads the times up to which messages of erased customers are ignored. Nothing but one look at an empty table if none was erased.
 * @returns the time of each of the customers that was erased
 */
export async function erasedAmong(client: ClientBase, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  if (ids.length === 0) return found;
  const { rows: keys } = await client.query<{ hmac_key: Buffer }>({ name: 'erasure_key', text: KEY_IF_ANY });
  if (keys.length === 0) return found;
  const idOf = new Map(ids.map((id) => [Buffer.from(erasedHash(keys[0].hmac_key, id)).toString('hex'), id]));
  const { rows } = await client.query<{ hash: Buffer; until: number }>({
    name: 'erased_among',
    text: 'SELECT hash, until FROM erased WHERE hash = ANY($1)',
    values: [[...idOf.keys()].map((hash) => Buffer.from(hash, 'hex'))],
  });
  for (const { hash, until } of rows) {
    const id = idOf.get(hash.toString('hex'));
    if (id !== undefined) found.set(id, until);
  }
  return found;
}
