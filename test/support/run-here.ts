import { Readable } from 'node:stream';
import { commandToRun, normaliseArguments } from '../../server/argv.js';
import { runCommandLine } from '../../server/command-line.js';
import { ParserPool } from '../../server/ingestion/threads/parser-pool.js';
import type { CliEnd } from './cli-process.js';

const PARSERS = new ParserPool(() => {
  throw new Error('A command that takes threads needs a process of its own.');
});

/**
 * Runs a command in this process, for a tenth of the processor time of a process of its own. Not for `ingest`, for signals, and for wrong
 * flags, at which the parser of options ends the process.
 * @param input the standard input
 */
export async function runHere(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<Pick<CliEnd, 'code' | 'stdout' | 'stderr'>> {
  const [environment, stdin] = [{ ...process.env }, Object.getOwnPropertyDescriptor(process, 'stdin')];
  Object.assign(process.env, env);
  Object.defineProperty(process, 'stdin', { value: Readable.from([input]), configurable: true });
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  try {
    const normalised = normaliseArguments(args);
    await runCommandLine(normalised, commandToRun(normalised), { parsers: PARSERS, sqlite: {} }, 'of a test');
  } finally {
    stdout.end();
    stderr.end();
    if (stdin) Object.defineProperty(process, 'stdin', stdin);
    for (const name of Object.keys(env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
  }
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { code, stdout: stdout.said(), stderr: stderr.said() };
}

function capture(stream: NodeJS.WriteStream): { readonly said: () => string; readonly end: () => void } {
  let said = '';
  const write = jest.spyOn(stream, 'write').mockImplementation((chunk) => {
    said += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  });
  return { said: () => said, end: () => write.mockRestore() };
}
