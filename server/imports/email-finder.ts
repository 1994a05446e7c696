import type { CustomerRepository } from '../domain/customer/customer-repository.js';
import type { CustomerSearch } from '../domain/search/customer-search.js';
import { forEachMember } from '../domain/json-members.js';
import { LIMITS } from '../domain/limits.js';
import { hasUnsupportedCharacter } from '../domain/text.js';

/** Customers that one search may give. When there are as many, some emails have several, and each is looked up alone. */
const MOST_FOUND = 4 * LIMITS.filterValues;
const NOTHING = new Uint8Array();

/** Finds customers by their attribute `email`, exactly. */
export class EmailFinder {
  constructor(
    private readonly search: Pick<CustomerSearch, 'walk'>,
    private readonly customers: Pick<CustomerRepository, 'look'>,
  ) {}

  /** @returns at most some ids for each email that any customer has */
  async find(emails: readonly string[]): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    const possible = emails.filter((email) => !hasUnsupportedCharacter(email));
    for (let at = 0; at < possible.length; at += LIMITS.filterValues) {
      const values = possible.slice(at, at + LIMITS.filterValues);
      const filter = { on: 'attribute', name: 'email', is: 'is_any_of', values } as const;
      const ids = await this.search.walk({ filters: [filter] }, undefined, MOST_FOUND);
      if (ids.length < MOST_FOUND) await this.addByEmail(ids, found);
      else for (const email of values) await this.addAlone(email, found);
    }
    return found;
  }

  private async addByEmail(ids: readonly string[], found: Map<string, string[]>): Promise<void> {
    if (ids.length === 0) return;
    for (const { known } of await this.customers.look(ids, () => NOTHING)) {
      const email = known.stored && emailOf(known.stored.attributes);
      if (email === undefined) continue;
      const others = found.get(email);
      if (others) others.push(known.id);
      else found.set(email, [known.id]);
    }
  }

  private async addAlone(email: string, found: Map<string, string[]>): Promise<void> {
    const filter = { on: 'attribute', name: 'email', is: 'is', value: email } as const;
    const ids = await this.search.walk({ filters: [filter] }, undefined, 2);
    if (ids.length > 0) found.set(email, [...ids]);
  }
}

/** The email of a customer, as a filter compares it. @param attributes JSON */
export function emailOf(attributes: string): string | undefined {
  let email: string | undefined;
  forEachMember(attributes, (name, value) => {
    if (name !== 'email') return;
    const parsed: unknown = JSON.parse(value);
    email = typeof parsed === 'string' ? parsed : value;
  });
  return email;
}
