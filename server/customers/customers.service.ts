import { Injectable } from '@nestjs/common';
import type { AuditAction } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { andThen, type Awaitable } from '../domain/awaitable.js';
import { readUserId, wireId } from '../domain/customer/customer-id.js';
import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPageJson,
} from '../domain/customer/customer-repository.js';
import { customerJson } from '../domain/customer/customer-json.js';
import type { CustomerRecord, CustomerState } from '../domain/customer/customer.js';
import {
  attributesToCreate,
  attributesToPatch,
  deleteCustomer,
  patchAttributes,
  overwriteAttributes,
  suppressCustomer,
  unsuppressCustomer,
} from '../domain/customer/edit.js';
import { customerNotFound, customerSuppressed, DomainError } from '../domain/errors.js';
import type { EditNote } from '../domain/customer/history.js';
import { LogTraces } from '../domain/log/log-traces.js';
import { LIMITS } from '../domain/limits.js';
import { hasUnsupportedCharacter } from '../domain/text.js';
import type { JsonBody } from '../http/compression.js';
import { etagOf, matchesAny, matchesStrongly } from '../http/etag.js';
import type { Entity } from '../http/send.js';
import { customerEntity, pageBody, Rendered } from './customer-body.js';
import type { CustomerChanges, ErasureAnswer, NewCustomer, SuppressionAnswer } from './customer.dto.js';
import type { Paging } from './paging.js';

/** The preconditions of a request (RFC 9110, 13.1). */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** Rules of the API for reading and editing customers. */
@Injectable()
export class CustomersService {
  private readonly entities = new Rendered<Uint8Array, Entity>();
  private readonly pages = new Rendered<CustomerPageJson, JsonBody>();

  constructor(
    private readonly customers: CustomerRepository,
    private readonly traces: LogTraces,
  ) {}

  list(paging: Paging): Awaitable<JsonBody> {
    const { page, perPage } = paging;
    return andThen(this.customers.pageJson((page - 1) * perPage, perPage), (read) =>
      this.pages.of(read, () => pageBody(read, paging)),
    );
  }

  /** @throws DomainError `customer_not_found` */
  show(id: string): Awaitable<Entity> {
    return andThen(this.customers.getJson(id), (json) => {
      if (!json) throw customerNotFound(id);
      return this.entities.of(json, () => customerEntity(json));
    });
  }

  /** @throws DomainError `invalid_request`, `customer_exists`, `customer_changed`, `customer_suppressed` */
  async create({ id, attributes }: NewCustomer, preconditions: Preconditions, actor: Actor): Promise<Entity> {
    const now = Date.now();
    const changes = attributesToCreate(attributes, now);
    const edit: CustomerEdit = (state, current) => {
      check(state.id, current, preconditions);
      overwriteAttributes(state, changes, now);
    };
    return this.change(readUserId(id) ?? '', edit, { actor, action: 'overwritten' });
  }

  /** @throws DomainError `invalid_request`, `customer_not_found`, `customer_changed`, `customer_suppressed` */
  async update(
    id: string,
    { attributes }: CustomerChanges,
    preconditions: Preconditions,
    actor: Actor,
  ): Promise<Entity> {
    const changes = attributesToPatch(attributes);
    const edit: CustomerEdit = (state, current) => {
      checkThere(state, current);
      check(id, current, preconditions);
      patchAttributes(state, changes, Date.now());
    };
    return this.change(id, edit, { actor, action: 'updated' });
  }

  /** @throws DomainError `customer_not_found`, `customer_changed` */
  async remove(id: string, preconditions: Preconditions, actor: Actor): Promise<string> {
    const edit: CustomerEdit = (state, current) => {
      if (!current) throw customerNotFound(id);
      check(id, current, preconditions);
      deleteCustomer(state, Date.now());
    };
    await this.customers.change(id, edit, noteOf(actor, 'customer.deleted', id));
    return '{}';
  }

  /**
   * Removes all that is kept of a customer for ever.
   * @returns JSON with the sources in which it occurs, as far as they are known
   * @throws DomainError `customer_not_found`, `customer_changed`
   */
  async erase(id: string, preconditions: Preconditions, { author, origin }: Actor): Promise<string> {
    if (hasUnsupportedCharacter(id)) throw customerNotFound(id);
    const audit = { author, origin, action: 'customer.erased', target: id, details: {} } as const;
    const note = { audit, check: (current?: CustomerRecord) => check(id, current, preconditions) };
    const sources = await this.customers.erase(id, { ...note, traces: await this.traces.of(id) });
    return JSON.stringify({ sources: [...(sources ?? [])] } satisfies ErasureAnswer);
  }

  /** Deletes the customer if it exists. @throws DomainError `invalid_request` when no customer can have the id */
  async suppress(id: string, actor: Actor): Promise<SuppressionAnswer> {
    const now = Date.now();
    const edit: CustomerEdit = (state) => suppressCustomer(state, now);
    await this.customers.change(readable(id), edit, noteOf(actor, 'customer.suppressed', id));
    return { id: wireId(id), suppressed: true };
  }

  /** @throws DomainError `invalid_request` when no customer can have the id */
  async unsuppress(id: string, actor: Actor): Promise<SuppressionAnswer> {
    await this.customers.change(readable(id), unsuppressCustomer, noteOf(actor, 'customer.unsuppressed', id));
    return { id: wireId(id), suppressed: false };
  }

  private async change(id: string, edit: CustomerEdit, note: EditNote): Promise<Entity> {
    const customer = await this.customers.change(id, edit, note);
    if (!customer) throw customerNotFound(id);
    return customerEntity(customerJson(customer));
  }
}

/** The note of an edit that the audit records. */
export function noteOf(actor: Actor, action: AuditAction, target: string): EditNote {
  const { author, origin } = actor;
  return { actor, action: 'updated', audit: { author, origin, action, target, details: {} } };
}

/** @throws DomainError `invalid_request` when no customer can have the id */
function readable(id: string): string {
  if (readUserId(id) !== undefined && id !== '' && !hasUnsupportedCharacter(id)) return id;
  throw new DomainError('invalid_request', `An id is text of 1 to ${LIMITS.userIdBytes} bytes without U+0000.`);
}

/** @throws DomainError `customer_not_found`, `customer_suppressed` */
export function checkThere({ id, suppressedAt }: CustomerState, current: CustomerRecord | undefined): void {
  if (!current) throw (suppressedAt === undefined ? customerNotFound : customerSuppressed)(id);
}

/** Checks preconditions. It runs inside the transaction, so that no other write comes between the check and the change. */
export function check(id: string, current: CustomerRecord | undefined, { ifMatch, ifNoneMatch }: Preconditions): void {
  if (ifMatch !== undefined && !(current && matchesStrongly(ifMatch, etagOf(customerJson(current))))) {
    throw new DomainError(
      'customer_changed',
      `Customer ${JSON.stringify(id)} was changed since you read it. Read it again and repeat your change.`,
    );
  }
  if (ifNoneMatch !== undefined && current && matchesAny(ifNoneMatch, etagOf(customerJson(current)))) {
    throw new DomainError('customer_exists', `There is a customer with the id ${JSON.stringify(id)} already.`);
  }
}
