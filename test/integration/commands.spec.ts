import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GenerateCommand, newestTimestamp, withDefaults } from '../../server/generation/generate.command.js';
import { MessageStream } from '../../server/generation/message-stream.js';
import { parseLine } from '../../server/ingestion/scanning/parse-line.js';
import { temporaryFolder } from '../support/engine.js';
import { summariseNaively } from '../support/naive-model.js';

const NOW = 1_700_000_000;

type Flags = Parameters<typeof withDefaults>[0];

function generate(flags: Flags): { lines: string[]; expected: string[]; counts: MessageStream['counts'] } {
  const options = withDefaults(flags);
  const stream = new MessageStream(options, newestTimestamp(options.seed, NOW));
  const lines = [...stream.chunks()].join('').split('\n');
  expect(lines.pop()).toBe('');
  return { lines, expected: [...stream.summary.lines()], counts: stream.counts };
}

describe('generate', () => {
  it.each<Flags>([
    { seed: 1 },
    { seed: 1_560_981_440 },
    { seed: 7, dupes: 1, anon: 1 },
    { seed: 8, dupes: 1, anon: 3 },
    { seed: 9, count: 200, events: 3000, attrs: 0, maxevents: 1, dupes: 2 },
    { seed: 10, count: 1, events: 500, attrs: 40, maxevents: 300 },
    { seed: 11, count: 300, events: 0 },
    { seed: 2 ** 40, count: 50, events: 3, dupes: 0, anon: 0 },
  ])('%j: expects what its messages amount to', (flags) => {
    const { lines, expected } = generate(flags);
    expect(expected.map(unquoted)).toEqual(summariseNaively(lines));
  });

  it('writes the same bytes for the same flags, and others for another seed', () => {
    expect(generate({ seed: 3 })).toEqual(generate({ seed: 3 }));
    expect(generate({ seed: 4 }).lines).not.toEqual(generate({ seed: 3 }).lines);
  });

  it('writes what it says it wrote, and what it was asked for', () => {
    const { lines, counts } = generate({ seed: 5, events: 2000, anon: 100, dupes: 10 });
    expect(counts.events + counts.anonymous).toBe(2000);
    expect(counts.anonymous).toBe(20);
    expect(lines).toHaveLength(2000 + counts.attributes + counts.duplicates);
    expect(counts.attributes / 2000).toBeCloseTo(1, 1);
    expect(counts.duplicates / (counts.events + counts.attributes)).toBeCloseTo(0.1, 1);
    expect(generate({ seed: 5, dupes: 0, anon: 0 }).counts).toMatchObject({
      duplicates: 0,
      anonymous: 0,
      events: 1000,
    });
  });

  it('writes valid lines, none of the future', () => {
    const { lines } = generate({ seed: 1_560_000_000, anon: 10 });
    const kinds = lines.map((line) => parseLine(Buffer.from(line), false, (1_560_000_000 - 86_400) * 1000).kind);
    expect(new Set(kinds)).toEqual(new Set(['message', 'anonymous']));
  });

  it('takes the seed for the newest time if it has passed', () => {
    expect(newestTimestamp(1_560_000_000, NOW)).toBe(1_560_000_000);
    expect(newestTimestamp(NOW, NOW)).toBe(NOW);
    for (const seed of [0, 99_999_999, NOW + 1]) expect(newestTimestamp(seed, NOW)).toBe(1_560_981_440);
  });

  it('makes the fixture', async () => {
    const folder = temporaryFolder();
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const out = join(folder.path, 'out');
      const verify = join(folder.path, 'verify');
      await new GenerateCommand().run([], { out, verify, seed: 1_560_981_440, count: 20 });
      const made = readFileSync(out, 'utf8');
      expect(made).toBe(readFileSync(join(__dirname, '../fixtures/generated/messages.data'), 'utf8'));
      expect(made.length).toBeLessThan(500_000);
      const lines = made.trimEnd().split('\n');
      expect(unquoted(readFileSync(verify, 'utf8'))).toBe(summariseNaively(lines).join('\n'));
      expect(stderr.mock.calls.flat().join('')).toMatch(/^20 customers: 999 events, .* 1 anonymous in [\d.]+ s\n$/);
    } finally {
      stderr.mockRestore();
      folder.remove();
    }
  });

  it('makes a stream that is worth folding', () => {
    const { lines } = generate({ seed: 1_560_981_440 });
    const kinds: Record<string, (line: string, at: number) => boolean> = {
      'an escape beyond ASCII': (line) => /\\u[0-9a-f]{4}/.test(line),
      'a quote, a backslash and a line end': (line) => /\\"|\\\\|\\n/.test(line),
      emoji: (line) => /\p{Emoji_Presentation}/u.test(line),
      'an id as a number': (line) => /"user_id":\d/.test(line),
      'no id': (line) => !/"user_id":\s*["\d][^"]/.test(line),
      'a removal': (line) => /"data":\{"[^"]+":(?:null|"")\}/.test(line),
      'a nested value': (line) => line.includes('"items":[{'),
      'a repeated id': (line, at) => lines.findIndex((other) => other.includes(idOf(line))) < at,
      'a repeated id far away': (line, at) => at - lines.findIndex((other) => other.includes(idOf(line))) > 100,
      'an id of two customers': (line) =>
        new Set(lines.filter((other) => other.includes(idOf(line))).map((other) => customerOf(other))).size === 2,
      'a time before that of the line before': (line, at) => at > 0 && timeOf(line) < timeOf(lines[at - 1]),
    };
    const found = Object.keys(kinds).filter((kind) => lines.some(kinds[kind]));
    expect(found).toEqual(Object.keys(kinds));
  });

  const worthFolding = generate({ seed: 12, events: 5000, count: 50, dupes: 5 });

  it.each<[string, (messages: Message[]) => Message[]]>([
    ['goes by the last line', (messages) => messages.map((message) => ({ ...message, timestamp: 0 }))],
    ['lets the first of a tie win', (messages) => messages.reverse()],
    ['counts duplicates', (messages) => messages.map((message, at) => ({ ...message, id: `${message.id} ${at}` }))],
    [
      'applies duplicates of attributes anew',
      (messages) =>
        messages.map((message, at) => (message.type === 'event' ? message : { ...message, id: `${message.id} ${at}` })),
    ],
    [
      'has one scope of ids for all customers',
      (messages) => [...new Map(messages.map((message) => [message.id, message])).values()],
    ],
    ['forgets removals', (messages) => messages.filter(({ data }) => !Object.values(data ?? {}).includes(null))],
    ['keeps empty texts', (messages) => messages.filter(({ data }) => !Object.values(data ?? {}).includes(''))],
  ])('makes a stream that finds out who %s', (_, mistake) => {
    const { lines, expected } = worthFolding;
    const wrong = mistake(lines.map((line) => JSON.parse(line) as Message)).map((message) => JSON.stringify(message));
    expect(summariseNaively(wrong)).not.toEqual(expected.map(unquoted));
  });

  it.each(['', '-1', '1.5', '1e3', 'x', '9007199254740992'])('says that %j is no seed', (text) => {
    expect(() => new GenerateCommand().parseSeed(text)).toThrow(
      /^-seed is ".*", but takes an integer from 0 to \d+\.$/,
    );
  });

  it('says that a file cannot be written', async () => {
    const run = new GenerateCommand().run([], { out: '/dev/null/file' });
    await expect(run).rejects.toThrow(/^Cannot write \/dev\/null\/file: E/);
  });
});

interface Message {
  readonly type: string;
  readonly id: string;
  readonly user_id?: unknown;
  readonly timestamp: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

const idOf = (line: string): string => (JSON.parse(line) as Message).id;
const timeOf = (line: string): number => (JSON.parse(line) as Message).timestamp;
const customerOf = (line: string): string => String((JSON.parse(line) as Message).user_id);

/** RFC 4180 undone, for fields that begin with no quote of their own unless they are quoted. */
function unquoted(line: string): string {
  return line
    .replace(/\n$/, '')
    .replace(
      /(^|,)"((?:[^"]|"")*)"(?=,|\n|$)/g,
      (_, before: string, field: string) => before + field.replaceAll('""', '"'),
    );
}
