import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { ClientCall, ClientName } from './client-calls.js';

export const CLIENTS_FOLDER = join(__dirname, '../clients');
/** The lock that the packages were installed from. */
const INSTALLED = join(CLIENTS_FOLDER, 'node_modules/.installed-lock.json');

/** Calls to be made by a client. */
export interface ClientTask {
  readonly client: ClientName;
  readonly url: string;
  readonly key: string;
  readonly calls: readonly ClientCall[];
}

/** Installs the packages of test/clients, unless that was done from the same lock. Without a registry it fails with what npm says. */
export async function installClients(): Promise<void> {
  const lock = readFileSync(join(CLIENTS_FOLDER, 'package-lock.json'), 'utf8');
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === lock) return;
  const options = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', ['ci', ...options], { cwd: CLIENTS_FOLDER, shell: process.platform === 'win32' });
  writeFileSync(INSTALLED, lock);
}

/** Makes calls by the clients for Node, in a process of their own. @throws what a client reports */
export async function sendByClients(tasks: readonly ClientTask[]): Promise<void> {
  const child = spawn(process.execPath, [join(CLIENTS_FOLDER, 'send.mjs')], { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(JSON.stringify(tasks));
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`The clients ended with ${code}: ${said}`);
}
