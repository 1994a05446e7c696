import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { refusal } from './open-access.js';

/**
 * Reads a new password: from a terminal twice and without showing it, else the first line of standard input. Never from an argument, which
 * other users of the machine can see.
 * @throws DomainError `invalid_request`
 */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).split(/\r?\n/, 1)[0];
  const password = await ask('New password: ');
  if ((await ask('The same again: ')) !== password) throw refusal('The two passwords differ. Nothing was changed.');
  return password;
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
