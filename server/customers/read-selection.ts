import { readUserId } from '../domain/customer/customer-id.js';
import type { CustomerSelection } from '../domain/search/customer-query.js';
import { resolveConditions } from '../domain/search/written-query.js';
import { DomainError } from '../domain/errors.js';
import { LIMITS } from '../domain/limits.js';
import { readConditions } from './read-conditions.js';
import { readSearch } from './read-query.js';
import type { SelectionBody } from './selection.dto.js';

/**
 * Reads the selection of a body. Relative times are resolved by the clock of this moment. An empty one is refused: a client that means all customers has to say so.
 * @throws DomainError `invalid_request` that names the member
 */
export function readSelection({ ids, search, ...body }: SelectionBody): CustomerSelection {
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
    ...(ids && { ids: [...new Set(ids.map(readId))] }),
  };
}

function readId(value: unknown, index: number): string {
  const id = readUserId(value);
  if (id) return id;
  const field = `selection.ids.${index}`;
  throw refusal(field, `${field} must be a string of 1 to ${LIMITS.userIdBytes} bytes or a safe integer.`);
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
