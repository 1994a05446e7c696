import type { Random } from './random.js';
import type { ValuePools } from './value-pools.js';

/** One in this many customers has only events, and one has only attributes. */
const LOPSIDED = 20;
const ONLY_EVENTS = 13;
const ONLY_ATTRIBUTES = 17;

/** The customers, numbered from 1. Each has attributes and event types of its own, and they are introduced one after another. */
export class Population {
  private readonly order: Uint32Array;
  private readonly firstAttribute: Uint32Array;
  private readonly attributeCount: Uint32Array;
  private readonly firstEventType: Uint32Array;
  private readonly eventTypeCount: Uint32Array;
  private introduced = 0;

  /**
   * @param customers how many, 1 to 10 000 000
   * @param mostAttributes the most attributes of a customer besides those of its profile
   * @param mostEventTypes the most event types of a customer
   */
  constructor(
    private readonly random: Random,
    private readonly pools: ValuePools,
    readonly customers: number,
    mostAttributes: number,
    mostEventTypes: number,
  ) {
    const traits = (value: () => number): Uint32Array => Uint32Array.from({ length: customers + 1 }, value);
    this.firstAttribute = traits(() => random.below(pools.attributeNames.length));
    this.attributeCount = traits(() => upperHalf(random, mostAttributes));
    this.firstEventType = traits(() => random.below(pools.eventNames.length));
    this.eventTypeCount = traits(() => upperHalf(random, mostEventTypes));
    this.order = Uint32Array.from({ length: customers }, (_, at) => at + 1);
    random.shuffle(this.order);
    // The first customer must have both attributes and events, or there would be no customer to pick.
    const first = this.order.indexOf(1);
    [this.order[0], this.order[first]] = [1, this.order[0]];
  }

  /** Introduces the next customer; undefined when all are introduced. */
  introduce(): number | undefined {
    return this.introduced < this.customers ? this.order[this.introduced++] : undefined;
  }

  get introducedCount(): number {
    return this.introduced;
  }

  /** Picks an introduced customer that has such messages. Early customers are picked more often, as in reality. */
  pick(type: 'event' | 'attributes'): number {
    for (;;) {
      const at = this.random.fraction() ** 1.3 * this.introduced;
      const customer = this.order[Math.floor(at)];
      if (type === 'event' ? this.hasEvents(customer) : this.hasAttributes(customer)) return customer;
    }
  }

  hasEvents(customer: number): boolean {
    return customer % LOPSIDED !== ONLY_ATTRIBUTES;
  }

  hasAttributes(customer: number): boolean {
    return customer % LOPSIDED !== ONLY_EVENTS;
  }

  /** The number of attributes of the customer besides those of its profile. */
  extraAttributes(customer: number): number {
    return this.attributeCount[customer];
  }

  /** @param at from 0 to `extraAttributes` - 1 */
  extraAttribute(customer: number, at: number): string {
    const { attributeNames } = this.pools;
    return attributeNames[(this.firstAttribute[customer] + at) % attributeNames.length];
  }

  /** One of the customer's event types. */
  pickEventName(customer: number): string {
    const { eventNames } = this.pools;
    const at = this.random.below(this.eventTypeCount[customer]);
    return eventNames[(this.firstEventType[customer] + at) % eventNames.length];
  }
}

/** An integer from half of `most`, rounded up, to `most`. */
function upperHalf(random: Random, most: number): number {
  return most - random.below(Math.floor(most / 2) + 1);
}
