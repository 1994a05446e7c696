import { Command, CommandRunner, Option } from 'nest-commander';
import { DomainError } from '../domain/errors.js';
import type { GenerationOptions } from './message-stream.js';
import { writeChunks } from './write-chunks.js';

/** The flags of the command. A missing flag has its default. */
interface GenerateOptions {
  readonly out?: string;
  readonly verify?: string;
  readonly seed?: number;
  readonly count?: number;
  readonly attrs?: number;
  readonly events?: number;
  readonly maxevents?: number;
  readonly dupes?: number;
  readonly anon?: number;
}

/** The newest timestamp if the seed is no timestamp. It is constant, so that the files are the same on every day. */
const NEWEST = 1_560_981_440;
const LEAST_TIME = 100_000_000;

/** Returns the seed if it can be a timestamp in the past, else a constant. All times are seconds since the Unix epoch. */
export function newestTimestamp(seed: number, now: number): number {
  return seed >= LEAST_TIME && seed <= now ? seed : NEWEST;
}

/** Writes messages and their expected summary. The same flags and seed write the same bytes. */
@Command({ name: 'generate', description: 'Write test data and its expected summary, the same for the same seed' })
export class GenerateCommand extends CommandRunner {
  /** @throws DomainError `source_unreadable` when a file cannot be written */
  override async run(_: string[], flags: GenerateOptions): Promise<void> {
    const started = performance.now();
    const options = withDefaults(flags);
    // Loaded on demand: it brings a megabyte of words, which no other command needs.
    const { MessageStream } = await import('./message-stream.js');
    const stream = new MessageStream(options, newestTimestamp(options.seed, Math.floor(Date.now() / 1000)));
    await writeChunks(flags.out, stream.chunks());
    if (flags.verify !== undefined) await writeChunks(flags.verify, stream.summary.lines());
    const { events, attributes, duplicates, anonymous } = stream.counts;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stderr.write(
      `${options.customers} customers: ${events} events, ${attributes} attribute messages, ${duplicates} duplicates, ` +
        `${anonymous} anonymous in ${seconds} s\n`,
    );
  }

  @Option({ flags: '--out <file>', description: 'where the messages go (default: standard output)' })
  parseOut(file: string): string {
    return file;
  }

  @Option({ flags: '--verify <file>', description: 'where the expected summary goes, as CSV (default: nowhere)' })
  parseVerify(file: string): string {
    return file;
  }

  @Option({
    flags: '--seed <integer>',
    description: 'what is drawn, and the newest timestamp if it can be one (default: 1)',
  })
  parseSeed(text: string): number {
    return parseInteger('-seed', text, 0, Number.MAX_SAFE_INTEGER);
  }

  @Option({ flags: '--count <integer>', description: 'customers (default: 20)' })
  parseCount(text: string): number {
    return parseInteger('-count', text, 1, 10_000_000);
  }

  @Option({ flags: '--attrs <integer>', description: 'most extra attributes of a customer (default: 10)' })
  parseAttrs(text: string): number {
    return parseInteger('-attrs', text, 0, 10_000);
  }

  @Option({ flags: '--events <integer>', description: 'events, without duplicates (default: 1000)' })
  parseEvents(text: string): number {
    return parseInteger('-events', text, 0, 1_000_000_000);
  }

  @Option({ flags: '--maxevents <integer>', description: 'most event types of a customer (default: 10)' })
  parseMaxevents(text: string): number {
    return parseInteger('-maxevents', text, 1, 100_000);
  }

  @Option({ flags: '--dupes <integer>', description: 'repeats one message in this many; 0: none (default: 10)' })
  parseDupes(text: string): number {
    return parseInteger('-dupes', text, 0, 1_000_000_000);
  }

  @Option({
    flags: '--anon <integer>',
    description: 'leaves the user_id out of one event in this many; 0: none (default: 1000)',
  })
  parseAnon(text: string): number {
    return parseInteger('-anon', text, 0, 1_000_000_000);
  }
}

/** Converts the flags of the command into options. */
export function withDefaults(flags: GenerateOptions): GenerationOptions {
  return {
    seed: flags.seed ?? 1,
    customers: flags.count ?? 20,
    attributes: flags.attrs ?? 10,
    events: flags.events ?? 1000,
    eventTypes: flags.maxevents ?? 10,
    duplicates: flags.dupes ?? 10,
    anonymous: flags.anon ?? 1000,
  };
}

function parseInteger(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new DomainError(
    'invalid_request',
    `${flag} is ${JSON.stringify(text)}, but takes an integer from ${least} to ${most}.`,
  );
}
