/**
 * Lets long flags have one dash as well as two (`-out x`, `--out x`, `-seed=5`): both spellings of the public generator
 * are in the wild, and the parser of options takes `-out` for the short flags o, u and t.
 *
 * Untouched: short flags (`-h`), `-` (standard input), negative numbers and whatever follows `--`.
 */
export function normaliseArguments(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, at) => (end !== -1 && at >= end ? arg : arg.replace(/^-(?=[A-Za-z][A-Za-z-]+(?:=|$))/, '--')));
}

const HELP = new Set(['-h', '--help', 'help']);

/** Returns the command that will run; undefined for a request for help, or without arguments. */
export function commandToRun(args: readonly string[]): string | undefined {
  const end = args.indexOf('--');
  const flags = end === -1 ? args : args.slice(0, end);
  return flags.some((arg) => HELP.has(arg)) ? undefined : args[0];
}
