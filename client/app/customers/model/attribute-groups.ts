import { byCodePoint } from './attribute-draft';

/** Attributes that are shown together. */
export interface AttributeGroup {
  readonly kind: 'pinned' | 'identity' | 'prefix' | 'others';
  /** The beginning that the names of the group share, such as `address_`; empty for any other kind. */
  readonly prefix: string;
  readonly names: readonly string[];
}

/** The usual names of what tells who a customer is, in the order in which they are shown. */
const IDENTITY = [
  ...['email', 'name', 'full_name', 'first_name', 'last_name', 'username', 'company', 'phone'],
  ...['birthday', 'gender', 'language', 'city', 'country', 'created_at'],
];

/** Least number of names with the same beginning that make a group. */
const LEAST_OF_PREFIX = 3;
const PREFIX = /^[^_.]+[_.](?=.)/;

/**
 * Sorts names into groups: those that are pinned, those that tell who the customer is, those with the same prefix, and the others.
 * A name is in one group. A group without names is left out.
 * @param pinned in the order in which they are shown
 */
export function groupsOf(names: readonly string[], pinned: readonly string[]): AttributeGroup[] {
  const left = new Set([...names].sort(byCodePoint));
  const take = (wanted: readonly string[]): string[] => wanted.filter((name) => left.delete(name));
  const first = [
    { kind: 'pinned', prefix: '', names: take(pinned) },
    { kind: 'identity', prefix: '', names: take(IDENTITY) },
  ] as const;
  const prefixes = new Set([...left].flatMap((name) => PREFIX.exec(name) ?? []));
  const prefixed = [...prefixes].flatMap((prefix) => {
    const some = [...left].filter((name) => name.startsWith(prefix) && name !== prefix);
    return some.length < LEAST_OF_PREFIX ? [] : [{ kind: 'prefix', prefix, names: take(some) } as const];
  });
  const groups: AttributeGroup[] = [...first, ...prefixed, { kind: 'others', prefix: '', names: [...left] }];
  return groups.filter((group) => group.names.length > 0);
}

/**
 * The first names of some groups.
 * @param most names at most; the pinned ones and those of the identity are all kept
 * @param kept further names that are kept
 */
export function beginningOf(
  groups: readonly AttributeGroup[],
  most: number,
  kept: ReadonlySet<string> = new Set(),
): AttributeGroup[] {
  let room = most;
  const cut = groups.map((group) => {
    const isFirst = group.kind === 'pinned' || group.kind === 'identity';
    const names = group.names.filter((name) => {
      const isShown = isFirst || room > 0;
      if (isShown) room--;
      return isShown || kept.has(name);
    });
    return { ...group, names };
  });
  return cut.filter(({ names }) => names.length > 0);
}
