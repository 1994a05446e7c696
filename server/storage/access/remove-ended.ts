import { lock } from './access-state.js';
import { removeEndedTries } from './login-failures.js';
import { removeEndedSessions } from './sessions.js';
import { query, type Work } from './statement.js';

export function* removeEnded(now: number): Work<void> {
  yield* lock();
  yield* removeEndedSessions(now);
  yield* query('DELETE FROM one_time_codes WHERE ends_at <= $1', now);
  yield* removeEndedTries(now);
}
