import { applyDecorators } from '@nestjs/common';
import { ApiConflictResponse, ApiQuery } from '@nestjs/swagger';
import { CUSTOMER_SORTS, SORT_ORDERS } from '../domain/search/customer-query.js';
import { WEEK_STARTS } from '../domain/search/filter-time.js';
import { LIMITS } from '../domain/limits.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { ALLOW_INCOMPLETE_DESCRIPTION, LOG_INCOMPLETE_DESCRIPTION } from './log-completeness.js';

export const SEARCH_DESCRIPTION =
  'Words in any order, each a part of the id or of an attribute value; quotes make a phrase. Case, accents and marks do not matter. ' +
  'Without `sort` the customer with this id comes first, then those with this value. White space around it is left out.';

export const FILTER_DESCRIPTION =
  'All filters have to hold. A filter is parts joined by `:`, each percent-encoded by itself (before the whole is encoded for the URL): ' +
  '`attribute:NAME:is:VALUE`, `…:is_not:VALUE`, `…:is_any_of:VALUE:VALUE…`, `…:contains:VALUE`, `…:starts_with:VALUE`, `…:above:NUMBER`, ' +
  '`…:at_least:NUMBER`, `…:below:NUMBER`, `…:at_most:NUMBER`, `…:before:TIME`, `…:after:TIME`, `…:on:TIME`, `…:exists`, `…:not_exists`, ' +
  '`event:NAME:at_least:N`, `…:at_most:N`, `…:never`, each also with `:within:` and a relative time, `last_updated:before:TIME`, `…:after:TIME`, `…:on:TIME`. ' +
  '`is` compares the text of a string and the JSON text of any other value, in which 1 and 1.0 are equal and the order of members does not matter; ' +
  '`is_not` and `at_most` of an event also hold for a customer that lacks it. `contains` and `starts_with` do not regard case, accents and marks. ' +
  'Numbers are also those that are digits in a text. TIME is RFC 3339 text, a date, `-7d` (calendar days), `-12h`, `today`, `yesterday`, ' +
  '`this_week`, `this_month` or `this_year`; `last_updated` also takes seconds. A date or a period is whole: `before` its start, `after` from its end on, `on` within it. ' +
  'Events `within` a relative time are those of the log, from so long ago until now, or of the whole period.';

export const WHERE_DESCRIPTION =
  'Groups of filters, which have to hold as well: an object with one member, `all` or `any`, a list of filters as texts and of further groups. ' +
  `At most ${LIMITS.filterDepth} levels and ${LIMITS.filters} filters.`;

export const TZ_DESCRIPTION = 'The time zone of dates and relative times, a name of the IANA database; UTC without it.';

const GROUP_EXAMPLE = {
  all: ['attribute:age:at_least:18', { any: ['event:buy:at_least:1', 'attribute:plan:is:gold'] }],
};

/** A group in the OpenAPI. */
export const GROUP = { type: 'object', additionalProperties: true, example: GROUP_EXAMPLE } as const;

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
      name: 'where',
      required: false,
      type: String,
      description: `${WHERE_DESCRIPTION} As JSON.`,
      example: JSON.stringify(GROUP_EXAMPLE),
    }),
    ApiQuery({ name: 'tz', required: false, type: String, description: TZ_DESCRIPTION, example: 'Europe/Berlin' }),
    ApiQuery({
      name: 'week_start',
      required: false,
      schema: { type: 'string', enum: [...WEEK_STARTS], default: 'monday' },
      description: 'The first day of `this_week`.',
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
        'Without it the order of ids, behind exact matches of a search. Who has no `email` or no time in `created_at` comes last in either order; equals are in the order of ids.',
    }),
    ApiQuery({ name: 'order', required: false, schema: { type: 'string', enum: [...SORT_ORDERS], default: 'asc' } }),
  );
}

/** The time at which a customer is looked at. */
export const AT = ApiQuery({
  name: 'at',
  required: false,
  type: String,
  description:
    'The customer by what had happened up to this time, whenever it arrived: RFC 3339, a date (UTC, to its end), or seconds or ' +
    'milliseconds since 1970. 404 if there was none.',
});

/** The query parameter `allow_incomplete`, and the refusal without it. */
export const ALLOW_INCOMPLETE = applyDecorators(
  ApiQuery({
    name: 'allow_incomplete',
    required: false,
    schema: { type: 'string', enum: ['true', 'false'], default: 'false' },
    description: ALLOW_INCOMPLETE_DESCRIPTION,
  }),
  ApiConflictResponse({ type: ErrorAnswer, description: LOG_INCOMPLETE_DESCRIPTION }),
);
