import type { PoolClient } from 'pg';

/** A stricter setting, which also waits for a standby to apply the commit, stays. */
const SYNC = `SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')`;

/** Lets the commits of a new connection wait until they are on disk. */
export function syncCommits(client: PoolClient, done: (error?: Error) => void): void {
  client.query(SYNC).then(() => done(), done);
}
