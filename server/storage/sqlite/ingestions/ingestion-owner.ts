import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

const SEPARATOR = ' ';

/** This process, as it signs the ingestions that it runs: host, process id, and what no other process has. */
export const OWNER = [hostname(), process.pid, randomUUID()].join(SEPARATOR);

/** False when the process is surely gone; one on another host is taken for alive until its lease ends. */
export function isOwnerAlive(owner: string): boolean {
  if (owner === OWNER) return true;
  const [host, pid] = owner.split(SEPARATOR);
  if (host !== hostname()) return true;
  // The same id under another signature: it was handed out again, as in a container that was restarted.
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
