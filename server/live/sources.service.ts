import { Injectable } from '@nestjs/common';
import { hashOf } from '../access/secrets.js';
import { numberOf } from '../access/read-number.js';
import type { AuditAction, AuditDraft } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { DomainError } from '../domain/errors.js';
import { hourOf } from '../domain/sources/live-calls.js';
import {
  defaultSwitches,
  type Source,
  type SourceChange,
  type SourceCount,
  type SourceSwitches,
} from '../domain/sources/source.js';
import { SourceRepository } from '../domain/sources/source-repository.js';
import { newSourceKey } from './source-key.js';
import { SourceKeys } from './source-keys.js';
import { hourCounts, HOUR_MS, rejectView, sourceView, WEEK_HOURS } from './source-views.js';
import {
  DEFAULT_OVERLAP,
  type NewSourceFields,
  type SourceAnswer,
  type SourceCountsAnswer,
  type SourceFields,
  type SourceKeyAnswer,
  type SourceList,
  type SourceRejectsAnswer,
} from './source.dto.js';

/** Hours for which counts are kept: 400 days. */
const MOST_HOURS = 9_600;
const DEFAULT_REJECTS = 50;
const MOST_REJECTS = 500;

type Query = Readonly<Record<string, unknown>>;

/** Rules of the API for the sources of live messages. */
@Injectable()
export class SourcesService {
  constructor(
    private readonly sources: SourceRepository,
    private readonly keys: SourceKeys,
  ) {}

  async list(): Promise<SourceList> {
    const now = Date.now();
    const [sources, counts] = await Promise.all([this.sources.sources(), this.sources.counts(beginOfWeek(now))]);
    const views = sources.map(async (source) => {
      const own = counts.filter((count) => count.source === source.id);
      return sourceView(source, own, await this.lastHour(source, own), now);
    });
    return { sources: await Promise.all(views) };
  }

  /** @throws DomainError `source_not_found` */
  async show(id: string): Promise<SourceAnswer> {
    return this.answer(await this.find(id));
  }

  /** @throws DomainError `source_name_taken` */
  async create({ name: text, kind, ...switches }: NewSourceFields, actor: Actor): Promise<SourceKeyAnswer> {
    const name = text.trim();
    const key = newSourceKey(kind);
    const source = await this.sources.createSource(
      {
        name,
        kind,
        ...defaultSwitches(kind),
        ...switchesIn(switches),
        createdAt: Date.now(),
        createdBy: actor.author.name,
        keyHash: hashOf(key),
      },
      entry(actor, 'source.created', name, { kind, ...present(switches) }),
    );
    this.keys.forget();
    return Object.assign(await this.answer(source), { key });
  }

  /** @throws DomainError `source_not_found`, `source_name_taken` */
  async change(id: string, fields: SourceFields, actor: Actor): Promise<SourceAnswer> {
    const source = await this.find(id);
    const change: SourceChange = { ...present({ name: fields.name?.trim() }), ...switchesIn(fields) };
    if (Object.keys(change).length === 0) return this.answer(source);
    const changed = await this.sources.changeSource(
      source.id,
      change,
      entry(actor, 'source.changed', source.name, detailsOf(fields)),
    );
    this.keys.forget();
    return this.answer(changed);
  }

  /** @throws DomainError `source_not_found`, `default_source` */
  async newKey(id: string, hours = DEFAULT_OVERLAP, actor: Actor): Promise<SourceKeyAnswer> {
    const { id: number, kind, name } = await this.find(id);
    const key = newSourceKey(kind);
    const until = Date.now() + hours * HOUR_MS;
    const details = { overlap_hours: hours };
    const source = await this.sources.changeKey(number, hashOf(key), until, entry(actor, 'source.key', name, details));
    this.keys.forget();
    return Object.assign(await this.answer(source), { key });
  }

  /** @throws DomainError `source_not_found`, `default_source` */
  async remove(id: string, actor: Actor): Promise<void> {
    const { id: number, name } = await this.find(id);
    await this.sources.removeSource(number, entry(actor, 'source.removed', name));
    this.keys.forget();
  }

  /** @throws DomainError `source_not_found`, `invalid_request` */
  async counts(id: string, query: Query): Promise<SourceCountsAnswer> {
    const hours = readNumber(query, 'hours', MOST_HOURS) ?? WEEK_HOURS;
    const { id: number } = await this.find(id);
    const now = Date.now();
    const counts = await this.sources.counts(hourOf(now) - (hours - 1) * HOUR_MS, number);
    return { counts: hourCounts(counts, hours, now) };
  }

  /** @throws DomainError `source_not_found`, `invalid_request` */
  async rejects(id: string, query: Query): Promise<SourceRejectsAnswer> {
    const limit = readNumber(query, 'limit', MOST_REJECTS) ?? DEFAULT_REJECTS;
    const before = readNumber(query, 'before', Number.MAX_SAFE_INTEGER);
    const { id: number } = await this.find(id);
    // One more tells whether there are older ones.
    const found = await this.sources.rejects(number, limit + 1, before);
    const rejects = found.slice(0, limit);
    const next = found.length > limit ? rejects[rejects.length - 1].id : undefined;
    return { rejects: rejects.map(rejectView), meta: present({ next }) };
  }

  private async find(text: string): Promise<Source> {
    const id = numberOf(text);
    if (id !== undefined) return this.sources.source(id);
    throw new DomainError('source_not_found', `There is no source with the number ${JSON.stringify(text)}.`);
  }

  private async answer(source: Source): Promise<SourceAnswer> {
    const now = Date.now();
    const counts = await this.sources.counts(beginOfWeek(now), source.id);
    return { source: sourceView(source, counts, await this.lastHour(source, counts), now) };
  }

  /** The latest hour with a call. @param counts of the week */
  private async lastHour({ id }: Source, counts: readonly SourceCount[]): Promise<number | undefined> {
    const known = counts.length > 0 ? counts : await this.sources.counts(0, id);
    return known.at(-1)?.hour;
  }
}

function beginOfWeek(now: number): number {
  return hourOf(now) - (WEEK_HOURS - 1) * HOUR_MS;
}

function entry(actor: Actor, action: AuditAction, target: string, details: AuditDraft['details'] = {}): AuditDraft {
  const { author, origin } = actor;
  return { author, origin, action, target, details };
}

/** The switches that are named. */
function switchesIn(fields: Partial<SourceFields>): Partial<SourceSwitches> {
  const { is_on: isOn, keeps_empty_text: keepsEmptyText, may_create: mayCreate, may_delete: mayDelete } = fields;
  return present({ isOn, keepsEmptyText, mayCreate, mayDelete });
}

/** The switches and the name that are changed, for the audit. */
function detailsOf({ name, is_on, keeps_empty_text, may_create, may_delete }: SourceFields): AuditDraft['details'] {
  return present({ name: name?.trim(), is_on, keeps_empty_text, may_create, may_delete });
}

/** The members that are there. */
function present<T extends object>(members: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]: Exclude<T[Name], undefined> }; // Safe: the others are left out.
}

function readNumber(query: Query, name: string, most: number): number | undefined {
  const given = query[name];
  if (given === undefined || given === '') return undefined;
  const value = typeof given === 'string' ? (numberOf(given) ?? 0) : 0;
  if (value >= 1 && value <= most) return value;
  const message = `${name} must be an integer from 1 to ${most}.`;
  throw new DomainError('invalid_request', message, [{ field: name, message }]);
}
