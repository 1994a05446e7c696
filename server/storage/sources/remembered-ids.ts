import { packIdentities } from '../../domain/customer/packed-identities.js';
import type { Identity } from '../../domain/message/message-identity.js';
import type { RememberedId } from '../../domain/sources/source.js';
import { first, query, type Work } from '../access/statement.js';

export function* readRememberedId(hash: Identity, now: number): Work<RememberedId | undefined> {
  return yield* first<RememberedId>(
    'SELECT id, arrival FROM remembered_ids WHERE hash = $1 AND until > $2',
    ...[packIdentities([hash]), now],
  );
}

/** An id that has ended makes room for a later one. */
export function* rememberId(hash: Identity, { id, arrival }: RememberedId, until: number): Work<void> {
  yield* query(
    `INSERT INTO remembered_ids (hash, id, arrival, until) VALUES ($1, $2, $3, $4)
     ON CONFLICT (hash) DO UPDATE SET id = excluded.id, arrival = excluded.arrival, until = excluded.until
       WHERE remembered_ids.until <= excluded.arrival`,
    ...[packIdentities([hash]), id, arrival, until],
  );
}

export function* removeEndedIds(now: number): Work<void> {
  yield* query('DELETE FROM remembered_ids WHERE until <= $1', now);
}
