/** The token of ROSTER_TOKEN for `verify`; empty without one. It is no argument, because other users of the machine see those. */
export function tokenOfEnvironment(): string {
  return process.env.ROSTER_TOKEN?.trim() ?? '';
}
