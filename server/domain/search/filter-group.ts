import { DomainError } from '../errors.js';
import { isObject } from '../json.js';
import { LIMITS } from '../limits.js';
import { formatFilter, parseFilter, type CustomerFilter } from './customer-filter.js';

/** Filters of which all have to hold, or at least one. */
export type FilterGroup = { readonly all: readonly FilterNode[] } | { readonly any: readonly FilterNode[] };
export type FilterNode = CustomerFilter | FilterGroup;

/** A group as JSON: filters are texts. */
export type GroupJson = { readonly all: readonly NodeJson[] } | { readonly any: readonly NodeJson[] };
type NodeJson = string | GroupJson;

const EXAMPLE = '{"all":["attribute:plan:is:pro",{"any":["event:buy:at_least:1","attribute:vip:exists"]}]}';

/**
 * Reads the groups of `where`.
 * @param json a parsed value from outside
 * @param field named by the error
 * @throws DomainError `invalid_request`
 */
export function parseGroup(json: unknown, field: string): FilterGroup {
  let left: number = LIMITS.filters;
  const group = (value: unknown, depth: number): FilterGroup => {
    const members = isObject(value) ? Object.entries(value) : [];
    const [name, list] = members.length === 1 ? members[0] : [];
    if ((name !== 'all' && name !== 'any') || !Array.isArray(list) || list.length === 0)
      throw refusal(field, 'A group has one member, all or any, which is a list of at least one filter or group.');
    if (depth > LIMITS.filterDepth) throw refusal(field, `Groups are at most ${LIMITS.filterDepth} deep.`);
    const nodes = (list as unknown[]).map((one) => {
      if (typeof one !== 'string') return group(one, depth + 1);
      if (left-- === 0) throw refusal(field, `It has at most ${LIMITS.filters} filters.`);
      return parseFilter(one);
    });
    return name === 'all' ? { all: nodes } : { any: nodes };
  };
  return group(json, 1);
}

/**
 * Reads `where` of a query.
 * @throws DomainError `invalid_request`
 */
export function parseGroupText(text: string): FilterGroup {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal('where', 'It is no JSON.');
    throw error;
  }
  return parseGroup(json, 'where');
}

/** Writes a group so that {@link parseGroup} reads the same group back. */
export function formatGroup(group: FilterGroup): GroupJson {
  const nodes = (list: readonly FilterNode[]): NodeJson[] =>
    list.map((node) => ('on' in node ? formatFilter(node) : formatGroup(node)));
  return 'all' in group ? { all: nodes(group.all) } : { any: nodes(group.any) };
}

function refusal(field: string, reason: string): DomainError {
  const message = `${field} is not understood. ${reason} An example is ${EXAMPLE}.`;
  return new DomainError('invalid_request', message, [{ field, message }]);
}
