import type { HistoryEntry } from '../domain/customer/history.js';
import { importOfPath } from '../domain/import/stored-import.js';
import type { Source } from '../domain/ingestion/ingestion.js';
import type { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { parseJson, writeJson, type Json } from '../domain/json.js';
import type { EntrySource, LogEntry, LogPlace } from '../domain/log/log-entry.js';
import type { SourceRepository } from '../domain/sources/source-repository.js';

/** The most bytes of `data` or `changes` of an entry in a list. */
const CUT_BYTES = 16 * 1024;

/** Gives the names of sources to the entries of one answer. Each is asked for once. */
export class SourceNames {
  private readonly ingestions = new Map<number, Promise<Source | undefined>>();
  private live: Promise<ReadonlyMap<number, string>> | undefined;

  constructor(
    private readonly ingestionRepository: Pick<IngestionRepository, 'find'>,
    private readonly sources: Pick<SourceRepository, 'sources'>,
  ) {}

  /** The source of an entry as JSON. A source that was removed has no name. */
  async json(source: EntrySource): Promise<string> {
    switch (source.kind) {
      case 'file':
        return JSON.stringify({ ...source, name: (await this.sourceOf(source.ingestion))?.name });
      case 'import': {
        const { name, path } = (await this.sourceOf(source.ingestion)) ?? {};
        return JSON.stringify({ ...source, import: importOfPath(path), name });
      }
      case 'live':
        return JSON.stringify({ ...source, name: (await this.liveNames()).get(source.source) });
      default:
        return source satisfies never;
    }
  }

  private sourceOf(id: number): Promise<Source | undefined> {
    const known = this.ingestions.get(id) ?? this.ingestionRepository.find(id).then((one) => one?.source);
    this.ingestions.set(id, known);
    return known;
  }

  private liveNames(): Promise<ReadonlyMap<number, string>> {
    this.live ??= this.sources.sources().then((all) => new Map(all.map(({ id, name }) => [id, name])));
    return this.live;
  }
}

/** A message as an entry of a timeline. @param isWhole false cuts long data */
export async function messageJson(entry: LogEntry, names: SourceNames, isWhole = false): Promise<string> {
  const { kind, time, id, name, data } = entry;
  const called = name === undefined ? '' : `,"name":${JSON.stringify(name)}`;
  const held = data === undefined ? '' : `,"data":${isWhole ? data : cutData(data)}`;
  const key = JSON.stringify(placeText(entry));
  const source = await names.json(entry.source);
  return `{"entry":${key},"kind":"${kind}","time":"${isoTime(time)}","id":${JSON.stringify(id)}${called}${held},"source":${source}}`;
}

/** An edit as an entry of a timeline. @param isWhole false leaves out changes behind the first ones, if they are long */
export function editJson(entry: HistoryEntry, isWhole = false): string {
  const { id, at, source, action, changes, author, bulkEdit } = entry;
  const bulk = bulkEdit === undefined ? '' : `,"bulk_edit":${bulkEdit}`;
  const held = isWhole ? changes : cutChanges(changes);
  const by = author ? `,"by":${JSON.stringify(author)}` : '';
  return `{"entry":"h${id}","kind":"edit","time":"${isoTime(at)}","action":"${action}"${bulk},"changes":${held},"source":{"kind":"edit","client":"${source}"${by}}}`;
}

/** The id of a message in a timeline. It stays while the message is in the log. */
export function placeText({ time, moment, index }: LogPlace): string {
  return `${time}-${moment}-${index}`;
}

/** Reads what {@link placeText} wrote. Returns undefined for anything else. */
export function readPlace(text: string): LogPlace | undefined {
  const match = /^(\d{1,16})-(\d{1,16})-(\d{1,10})$/.exec(text);
  if (!match) return undefined;
  const [time, moment, index] = match.slice(1).map(Number);
  return { time, moment, index };
}

export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

/** Data that is too long becomes a text with its beginning. */
function cutData(data: string): string {
  const bytes = Buffer.from(data);
  if (bytes.length <= CUT_BYTES) return data;
  // The last character may be cut apart.
  const text = bytes
    .subarray(0, CUT_BYTES)
    .toString()
    .replace(/\uFFFD$/, '');
  return `${JSON.stringify(text)},"data_truncated":true`;
}

function cutChanges(changes: string): string {
  if (Buffer.byteLength(changes) <= CUT_BYTES) return changes;
  const kept: string[] = [];
  let bytes = 0;
  // Safe: the changes of an entry are a list.
  for (const change of parseJson(changes) as Json[]) {
    const text = writeJson(change, (digits) => digits);
    bytes += Buffer.byteLength(text);
    if (bytes > CUT_BYTES) break;
    kept.push(text);
  }
  return `[${kept.join(',')}],"changes_truncated":true`;
}
