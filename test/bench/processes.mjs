import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PRELOAD = ['--import', new URL('usage.mjs', import.meta.url).href];
/** The same number as in usage.mjs, which must not be imported, because it measures any process that loads it. */
const USAGE_FD = 3;
const MS_PER_S = 1000;
const PAUSE_MS = 200;

/** Reads a stream to its end. @returns its text */
async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

/**
 * Runs a script to its end.
 * @returns the resources that it used from start to end, and its output
 */
export async function runToEnd(script, args, env = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, [...PRELOAD, script, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const [[code], printed, usage] = await Promise.all([
    once(child, 'exit'),
    textOf(child.stdout),
    textOf(child.stdio[USAGE_FD]),
  ]);
  const wallSeconds = (performance.now() - started) / MS_PER_S;
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${printed}`);
  return { wallSeconds, ...JSON.parse(usage), printed };
}

/** A server in a process of its own, which prints its address as a line of standard output. */
export class MeasuredServer {
  /** @param url such as `http://localhost:40123` */
  constructor(child, url) {
    this.child = child;
    this.url = url;
  }

  static async start(script, args, env = {}) {
    const child = spawn(process.execPath, [...PRELOAD, script, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const url = await new Promise((resolve, reject) => {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text) => {
        said += text;
        const [, address] = / is at (\S+)/.exec(said) ?? [];
        if (address) resolve(address.replace('localhost', '127.0.0.1'));
      });
      child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it listened: ${said}`)));
    });
    return new MeasuredServer(child, url);
  }

  /** The resources that the server has used so far. */
  async usage() {
    this.child.send('usage');
    const [usage] = await once(this.child, 'message');
    return usage;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exit;
  }
}

/** Waits until the server answers and has built its search index in the background, so that this is not measured. */
export async function indexed(url) {
  for (;;) {
    const answer = await fetch(`${url}/customers?search=nobody`);
    // A server that was closed a moment ago still refuses.
    if (answer.ok && !(await answer.json()).meta.indexing) return;
    await setTimeout(PAUSE_MS);
  }
}
