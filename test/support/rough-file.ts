import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CliProcess } from './cli-process.js';

/**
 * Writes generated messages (duplicates near and far, removals, late ones, escapes), and between them what is not generated:
 * ties far apart, carriage returns, blank lines, lines to reject, a byte order mark, and no line end at the end.
 * @returns what the last line of each tie says, by customer
 */
export async function writeRoughFile(path: string, seed: number, events: number): Promise<ReadonlyMap<string, string>> {
  const raw = `${path}.generated`;
  const flags = { seed, events, count: 1500, dupes: 6, anon: 300, attrs: 12, maxevents: 40 };
  const args = Object.entries(flags).flatMap(([flag, value]) => [`-${flag}`, String(value)]);
  const end = await CliProcess.run(['generate', '-out', raw, ...args]);
  if (end.code !== 0) throw new Error(end.stderr);
  const lines: string[] = [];
  const tied = new Map<string, string>();
  for (const [at, line] of readFileSync(raw, 'utf8').trimEnd().split('\n').entries()) {
    lines.push(at % 7 === 0 ? `${line}\r` : line);
    if (at % 20 === 0) {
      lines.push(tie(at, seed));
      tied.set(tiedCustomer(at), String(at));
    }
    if (at % 501 === 0) lines.push('', ' ', '\t\r');
    if (at % 701 === 0) lines.push(line.slice(0, -1));
    if (at % 907 === 0) lines.push('{"type":"page"}');
    if (at % 1009 === 0) lines.push(line.replace('"timestamp":', '"timestamp":-'));
  }
  writeFileSync(path, `\uFEFF${lines.join('\n')}`);
  rmSync(raw);
  return tied;
}

/** Fills the memory of an ingestion, so that there are checkpoints, but hardly the database: one of them wins. */
const FILLER = 'x'.repeat(9_000);

const tiedCustomer = (at: number): string => `tied-${at % 200}`;

/** The same customers, attribute and time again and again: the last line of the file has to win. */
function tie(at: number, seed: number): string {
  return JSON.stringify({
    id: `tie-${seed}-${at}`,
    type: 'attributes',
    user_id: tiedCustomer(at),
    data: { last: String(at), [`only-${at % 11}`]: at, filler: `${at}${FILLER}` },
    timestamp: 1_400_000_000,
  });
}
