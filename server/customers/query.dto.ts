import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { CUSTOMER_SORTS, SORT_ORDERS } from '../domain/search/customer-query.js';
import { LIMITS } from '../domain/limits.js';

export const SEARCH_DESCRIPTION =
  'Case aside. First whose id or whose email it is, then whose id or any attribute value holds it. White space around it is left out.';

export const FILTER_DESCRIPTION =
  'All filters have to hold. A filter is parts joined by `:`, each percent-encoded by itself (before the whole is encoded for the URL): ' +
  '`attribute:NAME:is:VALUE`, `…:is_not:VALUE`, `…:contains:VALUE`, `…:exists`, `…:not_exists`, ' +
  '`event:NAME:at_least:N`, `…:at_most:N`, `…:never`, `last_updated:before:SECONDS`, `…:after:SECONDS`. ' +
  '`is` compares the text of a string and the JSON text of any other value, in which 1 and 1.0 are equal and the order of members does not matter; `is_not` and `at_most` also hold for a customer that lacks it.';

/** Describes the parameters that select and order customers. */
export function CustomerQueryParameters(): MethodDecorator {
  return applyDecorators(
    ApiQuery({ name: 'search', required: false, type: String, description: SEARCH_DESCRIPTION }),
    ApiQuery({
      name: 'filter',
      required: false,
      isArray: true,
      schema: { type: 'array', items: { type: 'string' }, maxItems: LIMITS.filters },
      description: FILTER_DESCRIPTION,
      example: ['attribute:plan:is:pro', 'event:purchase:at_least:3'],
    }),
    ApiQuery({
      name: 'id',
      required: false,
      isArray: true,
      schema: { type: 'array', items: { type: 'string' }, maxItems: LIMITS.selectedIds },
      description: 'None but these customers.',
    }),
    ApiQuery({
      name: 'sort',
      required: false,
      schema: { type: 'string', enum: [...CUSTOMER_SORTS], default: 'id' },
      description:
        'Who has no `email` or no time in `created_at` comes last in either order; equals are in the order of ids.',
    }),
    ApiQuery({ name: 'order', required: false, schema: { type: 'string', enum: [...SORT_ORDERS], default: 'asc' } }),
  );
}
