import { Injectable } from '@nestjs/common';
import { AccessRepository } from '../domain/access/access-repository.js';
import type { AuditEntry } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { customerJson } from '../domain/customer/customer-json.js';
import { wireId } from '../domain/customer/customer-id.js';
import type { LabelEdit } from '../domain/customer/label-edits.js';
import { KeptRepository, type KeptRecord } from '../domain/customer/kept.js';
import { customerNotFound } from '../domain/errors.js';
import { viewOfReject } from '../domain/ingestion/reject.js';
import { forEachMember } from '../domain/json-members.js';
import { IDENTITY_BYTES } from '../domain/message/message-identity.js';
import type { LogEntry } from '../domain/log/log-entry.js';
import { LogTraces } from '../domain/log/log-traces.js';
import type { SourceReject } from '../domain/sources/source.js';
import { noteExport } from '../http/note-export.js';
import { entryJson } from './history.service.js';
import { noteJson } from './notes.service.js';
import { TrashService } from './trash.service.js';

/** Entries of the audit that are read at once. */
const AUDIT_AT_ONCE = 100;

/** The parts of the document, in their order: each a name, and the items of its array as JSON in pieces. */
type Section = readonly [name: string, items: AsyncIterable<readonly string[]>];

/** Writes one JSON document of all that is kept of a customer. A further kind of data is a further section. */
@Injectable()
export class EverythingService {
  constructor(
    private readonly kept: KeptRepository,
    private readonly trash: TrashService,
    private readonly log: LogTraces,
    private readonly access: AccessRepository,
  ) {}

  /**
   * Makes the document in pieces, and notes that in the audit.
   * @throws DomainError `customer_not_found` when nothing is kept of the customer
   */
  async *document(id: string, actor: Actor): AsyncGenerator<string> {
    const record = await this.kept.record(id);
    const trashed = await this.trash.entry(id);
    const [ingestions, sources] = [new Set<number>(), new Set<number>()];
    let isFound = (record.stored ?? record.deletedAt ?? record.suppressedAt ?? trashed) !== undefined;
    let isBegun = false;
    const begin = async (): Promise<void> => {
      if (!isBegun) await noteExport(this.access, actor, id, 'customer.exported');
      isBegun = true;
    };
    // Is held back until it is certain that there is anything.
    let text = `{"id":${JSON.stringify(wireId(id))},${recordJson(record)},"trash":${trashed ?? 'null'}`;
    for (const [name, items] of this.sections(id, ingestions, sources)) {
      text += `,"${name}":[`;
      let isFirst = true;
      for await (const some of items) {
        if (some.length === 0) continue;
        isFound = true;
        await begin();
        yield `${text}${isFirst ? '' : ','}${some.join(',')}`;
        text = '';
        isFirst = false;
      }
      text += ']';
    }
    if (!isFound) throw customerNotFound(id);
    await begin();
    yield `${text},"sources":${JSON.stringify(await this.kept.sources(id, [...ingestions], [...sources]))}}`;
  }

  private sections(id: string, ingestions: Set<number>, sources: Set<number>): readonly Section[] {
    const { kept } = this;
    return [
      ['identities', each(kept.identities(id), identitiesJson)],
      [
        'log',
        each(this.log.entries(id), (entries) =>
          entries.map((entry) => {
            if (entry.source.kind === 'live') sources.add(entry.source.source);
            else ingestions.add(entry.source.ingestion);
            return messageJson(entry);
          }),
        ),
      ],
      ['history', each(kept.history(id), (entries) => entries.map(entryJson))],
      ['notes', each(kept.notes(id), (notes) => notes.map(noteJson))],
      ['label_edits', each(kept.labelEdits(id), (edits) => edits.map(labelEditJson))],
      ['audit', this.audit(id)],
      [
        'rejected_lines',
        each(kept.rejectedLines(id), (lines) =>
          lines.map(({ ingestion, reject }) => {
            ingestions.add(ingestion);
            return JSON.stringify({ ingestion, ...viewOfReject(reject) });
          }),
        ),
      ],
      [
        'rejected_calls',
        each(kept.rejectedCalls(id), (calls) =>
          calls.map((call) => {
            sources.add(call.source);
            return callJson(call);
          }),
        ),
      ],
    ];
  }

  private async *audit(id: string): AsyncGenerator<readonly string[]> {
    for (let before: number | undefined; ;) {
      const entries = await this.access.audit({ limit: AUDIT_AT_ONCE, target: id, ...(before && { before }) });
      yield entries.filter(({ action }) => action.startsWith('customer.')).map(auditJson);
      if (entries.length < AUDIT_AT_ONCE) return;
      before = entries[entries.length - 1].id;
    }
  }
}

async function* each<T>(
  pieces: AsyncIterable<T>,
  write: (piece: T) => readonly string[],
): AsyncGenerator<readonly string[]> {
  for await (const piece of pieces) yield write(piece);
}

function labelEditJson({ bulkEdit, label, isAdded, at }: LabelEdit): string {
  return `{"bulk_edit":${bulkEdit},"label":${JSON.stringify(label)},"is_added":${isAdded},"at":${timeJson(at)}}`;
}

function recordJson({ stored, deletedAt, suppressedAt }: KeptRecord): string {
  const times: string[] = [];
  if (stored)
    forEachMember(stored.attributeTimes, (name, time) =>
      times.push(`${JSON.stringify(name)}:${timeJson(Number(time))}`),
    );
  return (
    `"customer":${stored ? customerJson(stored) : 'null'},"labels":${stored?.labels ?? '[]'},"attribute_times":{${times.join(',')}},` +
    `"deleted_at":${timeJson(deletedAt)},"suppressed_at":${timeJson(suppressedAt)}`
  );
}

function identitiesJson(packed: Uint8Array): readonly string[] {
  const hex = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength).toString('hex');
  return hex.match(new RegExp(`.{${2 * IDENTITY_BYTES}}`, 'g'))?.map((identity) => `"${identity}"`) ?? [];
}

function messageJson({ kind, time, id, name, data, source }: LogEntry): string {
  const head = JSON.stringify({ kind, id, name, time: new Date(time).toISOString(), source });
  return data === undefined ? head : `${head.slice(0, -1)},"data":${data}}`;
}

function auditJson({ id, at, author, action }: AuditEntry): string {
  return JSON.stringify({ id, at: new Date(at).toISOString(), by: author, action });
}

function callJson({ id, source, at, reason, field, message, text }: SourceReject): string {
  return JSON.stringify({ id, source, at: new Date(at).toISOString(), reason, field, message, text });
}

function timeJson(time: number | undefined): string {
  return time === undefined ? 'null' : `"${new Date(time).toISOString()}"`;
}
