import { readUserId } from '../domain/customer/customer-id.js';
import type { CustomerSelection } from '../domain/search/customer-query.js';
import { resolveConditions } from '../domain/search/written-query.js';
import { DomainError } from '../domain/errors.js';
import { LIMITS } from '../domain/limits.js';
import { readConditions } from './read-conditions.js';
import { readSearch } from './read-query.js';
import type { SelectionBody } from './selection.dto.js';

/** A selection of customers, but for some. */
export interface SelectionBut extends CustomerSelection {
  readonly except?: ReadonlySet<string>;
}

/**
 * Reads the selection of a body. Relative times are resolved by the clock of this moment. An empty one is refused: a client that means all customers has to say so.
 * @throws DomainError `invalid_request` that names the member
 */
export function readSelection({ ids, except, search, ...body }: SelectionBody): SelectionBut {
  const text = readSearch(search, 'selection.search');
  const conditions = readConditions(body, 'selection.');
  if (!ids && text === undefined && !body.filters && !conditions.where) {
    throw refusal(
      'selection',
      'selection says nothing. It takes ids, or search, filters and where; {"filters":[]} are all customers.',
    );
  }
  return {
    ...(text !== undefined && { search: text }),
    filters: resolveConditions(conditions, Date.now()),
    ...(ids && { ids: [...new Set(ids.map((id, at) => readId(id, `ids.${at}`)))] }),
    ...(except && { except: new Set(except.map((id, at) => readId(id, `except.${at}`))) }),
  };
}

function readId(value: unknown, member: string): string {
  const id = readUserId(value);
  if (id) return id;
  const field = `selection.${member}`;
  throw refusal(field, `${field} must be a string of 1 to ${LIMITS.userIdBytes} bytes or a safe integer.`);
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
