import { setPriority } from 'node:os';
import { platform } from 'node:process';

/** The niceness of a thread whose work can wait: where cores are short, it gets a third of the time of another thread. */
const BACKGROUND = 5;

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

/** The threads of a process whose work can wait for live messages. The class is the injection token. */
export abstract class BackgroundThreads {
  /** Runs them in the background from now on. */
  abstract giveWay(): void;
}
