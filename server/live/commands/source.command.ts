import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { entryOf, refusal, say, table, tell, withAccess } from '../../access/commands/open-access.js';
import { numberOf } from '../../access/read-number.js';
import { hashOf } from '../../access/secrets.js';
import type { SourceRepository } from '../../domain/sources/source-repository.js';
import {
  defaultSwitches,
  isSourceName,
  SOURCE_KINDS,
  SOURCE_NAME_CHARACTERS,
  type Source,
  type SourceKind,
} from '../../domain/sources/source.js';
import { newSourceKey } from '../source-key.js';

interface NewSourceOptions {
  readonly name: string;
  readonly kind: SourceKind;
  readonly mayDelete?: boolean;
}

const HOUR_MS = 3_600_000;
const MOST_OVERLAP = 720;
const DEFAULT_OVERLAP = 24;
const KEEP = 'Keep it now: it is not shown again.';

@SubCommand({
  name: 'create',
  description: 'make a source and print its key, alone, on standard output; it is shown once',
})
export class CreateSourceCommand extends CommandRunner {
  override async run(_arguments: string[], { name, kind, mayDelete }: NewSourceOptions): Promise<void> {
    const key = newSourceKey(kind);
    const switches = { ...defaultSwitches(kind), ...(mayDelete !== undefined && { mayDelete }) };
    const details = { kind, may_delete: switches.mayDelete };
    const entry = entryOf('source.created', name, details);
    const source = {
      name,
      kind,
      createdAt: Date.now(),
      createdBy: entry.author.name,
      keyHash: hashOf(key),
      ...switches,
    };
    await withAccess((_access, _config, sources) => sources.createSource(source, entry), { mayCreate: true });
    say(key);
    tell(`${name}: a source for ${kind}. ${KEEP}`);
  }

  @Option({ flags: '--name <name>', description: 'what the messages come from', required: true })
  parseName(name: string): string {
    if (isSourceName(name)) return name.trim();
    throw refusal(`--name takes 1 to ${SOURCE_NAME_CHARACTERS} characters, without control characters.`);
  }

  @Option({
    flags: '--kind <kind>',
    description: `the clients that it is for: ${SOURCE_KINDS.join(', ')}`,
    defaultValue: 'http',
  })
  parseKind(text: string): SourceKind {
    const kind = SOURCE_KINDS.find((known) => known === text);
    if (kind) return kind;
    throw refusal(`A kind is ${SOURCE_KINDS.join(', ')}, not ${JSON.stringify(text)}.`);
  }

  @Option({
    flags: '--may-delete',
    description: 'its calls may delete and suppress customers, as those of the kind customerio may anyway',
  })
  parseMayDelete(): boolean {
    return true;
  }

  @Option({ flags: '--no-may-delete', description: 'its calls never delete or suppress customers' })
  parseMayNotDelete(): boolean {
    return false;
  }
}

@SubCommand({ name: 'list', description: 'list all sources' })
export class ListSourcesCommand extends CommandRunner {
  override async run(): Promise<void> {
    const sources = await withAccess((_access, _config, found) => found.sources());
    const rows = sources.map((source) => [
      String(source.id),
      source.name,
      source.kind,
      source.isOn ? 'on' : 'off',
      source.mayDelete ? 'yes' : 'no',
      new Date(source.createdAt).toISOString(),
    ]);
    say(table([['number', 'name', 'kind', 'state', 'may delete', 'made at'], ...rows]));
  }
}

@SubCommand({
  name: 'key',
  arguments: '<number>',
  description: 'make a new key and print it, alone, on standard output; the present one works for some hours more',
})
export class SourceKeyCommand extends CommandRunner {
  override async run([text]: string[], { overlap = DEFAULT_OVERLAP }: { readonly overlap?: number }): Promise<void> {
    await withAccess(async (_access, _config, sources) => {
      const { id, name, kind } = await sourceWith(sources, text);
      const key = newSourceKey(kind);
      const entry = entryOf('source.key', name, { overlap_hours: overlap });
      await sources.changeKey(id, hashOf(key), Date.now() + overlap * HOUR_MS, entry);
      say(key);
      tell(`${name}: the key before works for ${overlap} hours more. ${KEEP}`);
    });
  }

  @Option({
    flags: '--overlap <hours>',
    description: `hours for which the present key works on, 0 to ${MOST_OVERLAP}; 24 by default`,
  })
  parseOverlap(text: string): number {
    const hours = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
    if (hours <= MOST_OVERLAP) return hours;
    throw refusal(`--overlap takes hours from 0 to ${MOST_OVERLAP}, not ${JSON.stringify(text)}.`);
  }
}

@SubCommand({ name: 'remove', arguments: '<number>', description: 'remove a source, by its number; its messages stay' })
export class RemoveSourceCommand extends CommandRunner {
  override async run([text]: string[]): Promise<void> {
    await withAccess(async (_access, _config, sources) => {
      const { id, name } = await sourceWith(sources, text);
      await sources.removeSource(id, entryOf('source.removed', name));
      say(`${name} is removed.`);
    });
  }
}

/** The sources of live messages. */
@Command({
  name: 'source',
  description: 'List, make and remove the sources of live messages, and change their keys',
  subCommands: [ListSourcesCommand, CreateSourceCommand, SourceKeyCommand, RemoveSourceCommand],
})
export class SourceCommand extends CommandRunner {
  override async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

export const SOURCE_COMMANDS = [
  SourceCommand,
  ListSourcesCommand,
  CreateSourceCommand,
  SourceKeyCommand,
  RemoveSourceCommand,
];

async function sourceWith(sources: SourceRepository, text: string): Promise<Source> {
  const number = numberOf(text);
  const found = (await sources.sources()).find(({ id }) => id === number);
  if (found) return found;
  throw refusal(`There is no source with the number ${JSON.stringify(text)}. See "roster source list".`);
}
