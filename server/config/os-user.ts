import { userInfo } from 'node:os';

/** The name of the user of the operating system that runs this process. A container may run under a number without a name. */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
