import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

const SEPARATOR = ' ';

/** Identifies this process as the owner of the ingestions that it runs: host, process id and a random UUID. */
export const OWNER = [hostname(), process.pid, randomUUID()].join(SEPARATOR);

/** False if the process is surely gone. A process on another host counts as alive, so its ingestion lives until its lease ends. */
export function isOwnerAlive(owner: string): boolean {
  if (owner === OWNER) return true;
  const [host, pid] = owner.split(SEPARATOR);
  if (host !== hostname()) return true;
  // This process has the same process id but another UUID: the id was reused, as in a restarted container.
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
