import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import type { AuditDraft } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { wireId } from '../domain/customer/customer-id.js';
import { customerJson } from '../domain/customer/customer-json.js';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { displayNameOf } from '../domain/customer/display-name.js';
import { servedSeconds } from '../domain/customer/customer.js';
import {
  notInTrash,
  restoration,
  TrashRepository,
  type TrashedCustomer,
  type TrashPlace,
} from '../domain/customer/trash.js';
import { customerNotFound, DomainError } from '../domain/errors.js';
import { LIMITS } from '../domain/limits.js';
import type { Entity } from '../http/send.js';
import { cursorOf, placeOf } from './cursor.js';
import { customerEntity } from './customer-body.js';
import { positiveInteger } from './paging.js';

const DEFAULT_LIMIT = 50;
const DAY_MS = 86_400_000;
/** Customers that are read at once. A customer may have some MB. */
const CUSTOMERS_AT_ONCE = 10;
const PLACE = /^(\d{1,16})\.(.+)$/s;

/** Rules of the API for deleted customers. Bodies are JSON text. */
@Injectable()
export class TrashService {
  private readonly keptMs: number;

  constructor(
    private readonly trash: TrashRepository,
    private readonly customers: CustomerRepository,
    @Inject(CONFIG) private readonly config: Pick<Config, 'trashDays' | 'displayName'>,
  ) {
    this.keptMs = config.trashDays * DAY_MS;
  }

  /**
   * Makes the body of a page in pieces; of a page with one entry at most for the `id` of a customer.
   * @throws DomainError `invalid_request`
   */
  async *page(query: Readonly<Record<string, unknown>>): AsyncGenerator<string> {
    if (typeof query.id === 'string' && query.id !== '') {
      const found = await this.kept(query.id);
      yield `{"entries":[${found ? this.json(found) : ''}],"meta":{}}`;
      return;
    }
    let left = Math.min(positiveInteger(query.limit) ?? DEFAULT_LIMIT, LIMITS.trashEntries);
    let before = readBefore(query.before);
    let opening = '{"entries":[';
    let isOver = false;
    while (!isOver && left > 0) {
      const wanted = Math.min(left, CUSTOMERS_AT_ONCE);
      const read = await this.trash.page(wanted, before);
      const kept = read.filter((one) => this.isKept(one));
      isOver = kept.length < wanted;
      if (kept.length === 0) break;
      yield opening + kept.map((one) => this.json(one)).join(',');
      opening = ',';
      left -= kept.length;
      const { deletedAt, stored } = kept[kept.length - 1];
      before = { deletedAt, id: stored.id };
    }
    const next = isOver || !before ? '' : `"next":"${cursorOf(`${before.deletedAt}.${before.id}`)}"`;
    yield `${opening === ',' ? '' : opening}],"meta":{${next}}}`;
  }

  /** @throws DomainError `not_in_trash` */
  async show(id: string): Promise<string> {
    return `{"entry":${this.json(await this.find(id))}}`;
  }

  /** @throws DomainError `not_in_trash`, `customer_changed` */
  async restore(id: string, actor: Actor): Promise<Entity> {
    const { author, origin } = actor;
    const audit: AuditDraft = { author, origin, action: 'customer.restored', target: id, details: {} };
    const note = { actor, action: 'restored', audit } as const;
    const customer = await this.customers.change(id, restoration(await this.find(id)), note);
    if (!customer) throw customerNotFound(id);
    return customerEntity(customerJson(customer));
  }

  /** The entry of a customer as {@link show} has it; undefined if there is none. */
  async entry(id: string): Promise<string | undefined> {
    const trashed = await this.trash.get(id);
    return trashed && this.json(trashed);
  }

  /** A customer that can be restored; undefined if it is not in the trash, or its time there has ended. */
  async kept(id: string): Promise<TrashedCustomer | undefined> {
    const trashed = await this.trash.get(id);
    return trashed && this.isKept(trashed) ? trashed : undefined;
  }

  private async find(id: string): Promise<TrashedCustomer> {
    const trashed = await this.kept(id);
    if (!trashed) throw notInTrash(id);
    return trashed;
  }

  private isKept({ deletedAt }: TrashedCustomer): boolean {
    return deletedAt + this.keptMs > Date.now();
  }

  private json({ stored, deletedAt, source, author }: TrashedCustomer): string {
    const { id, attributes, events, lastUpdated } = stored;
    const labels = stored.labels === undefined ? '' : `"labels":${stored.labels},`;
    const by = author ? `"by":${JSON.stringify(author)},` : '';
    // Safe: a record is an object.
    const named = displayNameOf(id, JSON.parse(attributes) as Record<string, unknown>, this.config.displayName);
    const ends = new Date(deletedAt + this.keptMs).toISOString();
    return (
      `{"id":${JSON.stringify(wireId(id))},"display_name":${JSON.stringify(named)},"deleted_at":"${new Date(deletedAt).toISOString()}","ends_at":"${ends}","source":"${source}",${by}` +
      `"attributes":${attributes},"events":${events},${labels}"last_updated":${servedSeconds(lastUpdated)}}`
    );
  }
}

function readBefore(value: unknown): TrashPlace | undefined {
  if (value === undefined || value === '') return undefined;
  const found = PLACE.exec(placeOf(value) ?? '');
  if (found) return { deletedAt: Number(found[1]), id: found[2] };
  const message = 'before is the `next` of the page before.';
  throw new DomainError('invalid_request', message, [{ field: 'before', message }]);
}
