import { setPriority } from 'node:os';
import { platform } from 'node:process';

/** The niceness of a thread whose work can wait: where cores are short, it gets a tenth of the time of another thread. */
const BACKGROUND = 10;

/**
 * Lets the other threads of the process run before the calling one. Linux alone has a priority for each thread; elsewhere it would be that
 * of the whole process.
 */
export function runInBackground(): void {
  if (platform !== 'linux') return;
  try {
    // On Linux 0 is the calling thread.
    setPriority(0, BACKGROUND);
  } catch {
    // A sandbox may forbid it. The thread works as well, and others wait longer.
  }
}
