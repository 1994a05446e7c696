import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CliProcess } from './cli-process.js';

export interface RoughFile {
  readonly lines: number;
  readonly blank: number;
  readonly rejected: Readonly<Record<string, number>>;
}

/**
 * Writes generated messages (duplicates near and far, removals, late ones, escapes), and between them what is not generated:
 * ties far apart, carriage returns, blank lines, lines to reject, a byte order mark, and no line end at the end.
 */
export async function writeRoughFile(path: string, seed: number, events: number): Promise<RoughFile> {
  const raw = `${path}.generated`;
  const flags = { seed, events, count: 1500, dupes: 6, anon: 300, attrs: 12, maxevents: 40 };
  const args = Object.entries(flags).flatMap(([flag, value]) => [`-${flag}`, String(value)]);
  const end = await CliProcess.run(['generate', '-out', raw, ...args]);
  if (end.code !== 0) throw new Error(end.stderr);
  const lines: string[] = [];
  const rejected = { invalid_json: 0, unknown_type: 0, invalid_timestamp: 0 };
  let blank = 0;
  for (const [at, line] of readFileSync(raw, 'utf8').trimEnd().split('\n').entries()) {
    lines.push(at % 7 === 0 ? `${line}\r` : line);
    if (at % 40 === 0) lines.push(tie(at, seed));
    if (at % 501 === 0) lines.push([' ', '', '\t\r'][++blank % 3]);
    if (at % 701 === 0) rejected.invalid_json = lines.push(line.slice(0, -1)) && rejected.invalid_json + 1;
    if (at % 907 === 0) rejected.unknown_type = lines.push('{"type":"page"}') && rejected.unknown_type + 1;
    if (at % 1009 === 0) {
      rejected.invalid_timestamp = lines.push(line.replace(/"timestamp":/, '"timestamp":-')) && rejected.invalid_timestamp + 1;
    }
  }
  writeFileSync(path, `\uFEFF${lines.join('\n')}`);
  rmSync(raw);
  return { lines: lines.length, blank, rejected };
}

/** The same customers, attribute and time again and again: the last line of the file has to win. */
function tie(at: number, seed: number): string {
  return JSON.stringify({
    id: `tie-${seed}-${at}`,
    type: 'attributes',
    user_id: `tied-${at % 200}`,
    data: { last: String(at), [`only-${at % 11}`]: at },
    timestamp: 1_400_000_000,
  });
}
