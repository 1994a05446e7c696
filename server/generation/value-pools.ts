import { faker as arabic } from '@faker-js/faker/locale/ar';
import { faker as english } from '@faker-js/faker/locale/en';
import { faker as german } from '@faker-js/faker/locale/de';
import { faker as japanese } from '@faker-js/faker/locale/ja';
import type { Random } from './random.js';

/** The lists from which the values of messages are drawn. They are made once, because making a value costs far more than drawing one. */
export interface ValuePools {
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
  readonly mailboxes: readonly string[];
  readonly mailDomains: readonly string[];
  readonly cities: readonly string[];
  readonly addresses: readonly string[];
  readonly phrases: readonly string[];
  /** Distinct. */
  readonly attributeNames: readonly string[];
  /** Distinct. */
  readonly eventNames: readonly string[];
}

const LOCALES = [english, english, german, japanese, arabic];
/** The size of each pool that has no size of its own. */
const POOL_SIZE = 400;
/** Awkward values, which are drawn as often as any other. */
const AWKWARD_VALUES = [
  'said "yes", then left',
  'C:\\temp\\new',
  'two\nlines',
  'carriage\r\nreturn',
  'a\ttab',
  '👩‍👩‍👧‍👦 🏳️‍🌈 🇯🇵',
  'line\u2028separator',
  'café = cafe\u0301',
  '=SUM(A1:A9)',
  '007',
  'null',
  ' ',
  '"',
  ',',
  '\\',
  '{"nested":"no"}',
  'שלום, world',
];
const AWKWARD_ATTRIBUTES = [
  'constructor',
  'toString',
  'größe',
  '会社',
  'plan tier',
  'plan',
  'plan=old',
  'utm,source',
  '"nick"',
  '🏷️',
  'المدينة',
  '1080p',
];
const AWKWARD_EVENTS = [
  'constructor',
  'page',
  'page view',
  'größe_gewählt',
  '購入',
  'تسجيل',
  '🛒 checkout',
  'search, filtered',
  'quote "sent"',
  'a=b',
  'back\\slash',
  'two\nlines',
];

/**
 * @param random chooses the values; the same state makes the same pools
 * @param attributeNames the least number of attribute names
 * @param eventNames the least number of event names
 */
export function makeValuePools(random: Random, attributeNames: number, eventNames: number): ValuePools {
  for (const locale of LOCALES) locale.seed(random.word());
  const local = (make: (locale: typeof english) => string): string[] =>
    Array.from({ length: POOL_SIZE }, (_, at) => make(LOCALES[at % LOCALES.length]));
  const pools = {
    firstNames: local(({ person }) => person.firstName()),
    lastNames: local(({ person }) => person.lastName()),
    mailboxes: english.helpers.multiple(() => english.internet.username().toLowerCase(), { count: POOL_SIZE }),
    mailDomains: english.helpers.multiple(() => english.internet.domainName(), { count: POOL_SIZE }),
    cities: local(({ location }) => location.city()),
    addresses: english.helpers.multiple(() => (random.oneIn(4) ? english.internet.ipv6() : english.internet.ipv4()), {
      count: POOL_SIZE,
    }),
    phrases: [...phrases(), ...repeat(AWKWARD_VALUES, 4)],
    attributeNames: distinctNames(
      AWKWARD_ATTRIBUTES,
      attributeNames,
      () => `${english.word.adjective()}_${english.word.noun()}`,
    ),
    eventNames: distinctNames(AWKWARD_EVENTS, eventNames, () =>
      `${english.hacker.verb()} ${english.commerce.product()}`.toLowerCase(),
    ),
  };
  random.shuffle(pools.attributeNames);
  random.shuffle(pools.eventNames);
  return pools;
}

function phrases(): string[] {
  const makers = [
    () => english.company.catchPhrase(),
    () => english.company.name(),
    () => english.commerce.productName(),
    () => german.location.streetAddress(),
    () => japanese.person.fullName(),
    () => arabic.person.fullName(),
    () => `${english.internet.emoji()} ${english.word.words(3)}`,
    () => String(english.number.int({ max: 100_000 })),
  ];
  return Array.from({ length: POOL_SIZE }, (_, at) => makers[at % makers.length]());
}

function repeat<T>(list: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => list).flat();
}

/** Makes distinct names. A name that is taken gets a number, because there are not enough words. */
function distinctNames(first: readonly string[], least: number, make: () => string): string[] {
  const names = new Set(first);
  while (names.size < Math.max(least, first.length * 4)) {
    const name = make();
    names.add(names.has(name) ? `${name} ${names.size}` : name);
  }
  return [...names];
}
