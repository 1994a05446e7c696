import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type { FailPoint } from '../../server/domain/fail-point.js';
import type { IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { until } from './until.js';

const CLI = join(__dirname, '../../dist/server/cli.js');
const PEAK_MEMORY = pathToFileURL(join(__dirname, 'peak-memory.mjs')).href;
const FAIL_AT = pathToFileURL(join(__dirname, 'fail-at.mjs')).href;
const END_WITH_PARENT = pathToFileURL(join(__dirname, 'end-with-parent.mjs')).href;

let processes = 0;

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The user that runs it; that of this process by default. */
  readonly uid?: number;
  /** The standard input; empty by default. */
  readonly input?: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;
  /** The largest file that it may write, in bytes: what a full disk does to it. */
  readonly mostFileBytes?: number;
  /** Ends by SIGKILL when one of its threads reaches a fail point for the nth time. */
  readonly killAt?: FailAt;
  /** Waits there for {@link CliProcess.release} instead. */
  readonly holdAt?: FailAt;
}

/** A fail point, and the number of times that a thread has to reach it. */
export type FailAt = `${FailPoint}@${number}`;

export interface CliEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from start to end. */
  readonly took: number;
  /** The most memory that it ever held, in MiB; undefined when it was killed. */
  readonly peakMb: number | undefined;
}

/** The built command line in a process of its own. */
export class CliProcess {
  readonly ended: Promise<CliEnd>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly holdFile: string,
    peakFile: string,
    input: CliOptions['input'],
  ) {
    this.ended = this.watch(peakFile);
    // The process may close its end at any time: that is for the test to judge by its exit.
    if (child.stdin) pipeline(Readable.from(input ?? []), child.stdin).catch(() => undefined);
  }

  static start(
    args: readonly string[],
    { env = {}, cwd, uid, input, mostFileBytes, killAt, holdAt }: CliOptions = {},
  ): CliProcess {
    const peakFile = join(tmpdir(), `roster-peak-${process.pid}-${++processes}`);
    const holdFile = `${peakFile}.hold`;
    const failAt = killAt ? `kill:${killAt}` : holdAt && `hold:${holdAt}`;
    const preloads = [END_WITH_PARENT, PEAK_MEMORY, ...(failAt === undefined ? [] : [FAIL_AT])];
    const command = [process.execPath, ...preloads.flatMap((file) => ['--import', file]), CLI, ...args];
    // POSIX counts the limit of "ulimit -f" in blocks of 512 bytes.
    const limited = ['/bin/sh', '-c', `ulimit -f ${Math.ceil((mostFileBytes ?? 0) / 512)} && exec "$@"`, 'sh'];
    const [program, ...rest] = mostFileBytes === undefined ? command : [...limited, ...command];
    const child = spawn(program, rest, {
      cwd,
      uid,
      env: { ...process.env, PEAK_MEMORY_FILE: peakFile, FAIL_AT: failAt, HOLD_FILE: holdFile, ...env },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    });
    return new CliProcess(child, holdFile, peakFile, input);
  }

  /** Runs it to its end. */
  static async run(args: readonly string[], options?: CliOptions): Promise<CliEnd> {
    return CliProcess.start(args, options).ended;
  }

  /** Resolves when the process waits at its fail point. */
  async held(): Promise<void> {
    await until(async () => existsSync(`${this.holdFile}.reached`));
  }

  /** Lets the process go on from its fail point. */
  release(): void {
    writeFileSync(this.holdFile, '');
  }

  /** Sends a signal, unless it has ended. */
  async end(signal: NodeJS.Signals): Promise<CliEnd> {
    this.child.kill(signal);
    return this.ended;
  }

  private async watch(peakFile: string): Promise<CliEnd> {
    const started = performance.now();
    let [stdout, stderr] = ['', ''];
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code, signal] = (await once(this.child, 'close')) as [number | null, NodeJS.Signals | null];
    const peakMb = existsSync(peakFile) ? Number(readFileSync(peakFile, 'utf8')) / 1024 / 1024 : undefined;
    for (const file of [peakFile, this.holdFile, `${this.holdFile}.reached`]) rmSync(file, { force: true });
    return { code, signal, stdout, stderr, took: performance.now() - started, peakMb };
  }
}

/** The report of `ingest --json`, with those of its sources when there are several. */
export type CliReport = IngestionReport & { readonly sources?: readonly IngestionReport[] };

/** The report of an ingestion that ended well. */
export async function ingest(files: readonly string[], options: CliOptions): Promise<CliReport & CliEnd> {
  const end = await CliProcess.run(['ingest', '--json', ...files], options);
  if (end.code !== 0 || end.stderr !== '') throw new Error(`ingest ended with ${end.code}: ${end.stderr}`);
  return { ...(JSON.parse(end.stdout) as CliReport), ...end };
}
