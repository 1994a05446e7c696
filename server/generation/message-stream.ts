import { randomEventData } from './event-data.js';
import { ExpectedSummary } from './expected-summary.js';
import { writeLine, type GeneratedMessage } from './generated-message.js';
import { Population } from './population.js';
import { PROFILE, profileValue } from './profile.js';
import { Random } from './random.js';
import { makeValuePools, type ValuePools } from './value-pools.js';

export interface GenerationOptions {
  /** A safe integer, not negative. */
  readonly seed: number;
  readonly customers: number;
  /** The most attributes of a customer besides those of its profile. */
  readonly attributes: number;
  /** The number of distinct events. */
  readonly events: number;
  /** The most event types of a customer. */
  readonly eventTypes: number;
  /** One in this many messages is repeated; 0 repeats none. */
  readonly duplicates: number;
  /** One in this many events has no customer; 0 for none. */
  readonly anonymous: number;
}

/** Numbers of messages made, by kind. */
export interface GenerationCounts {
  events: number;
  attributes: number;
  duplicates: number;
  anonymous: number;
}

const DAY = 86_400;
/** The time that the stream covers, in seconds. */
const SPAN = 30 * DAY;
/** The most that a message may be late, in seconds. */
const LATEST = 5 * DAY;
/** Shares of attribute messages, in percent. */
const PERCENT = { late: 20, tie: 8, removal: 8 } as const;
const LATE_EVENT = 8;
const SHARED_ID = 40;
/** The most messages that wait to be written. It bounds the memory, whatever the length of the stream. */
const MOST_WAITING = 2_000;
const RELEASE = 16;
/** The most customers that are introduced at once. */
const MOST_AT_ONCE = 100;
const CHUNK_CHARACTERS = 65_536;

/** Makes the messages and their expected summary. */
export class MessageStream {
  readonly summary: ExpectedSummary;
  readonly counts: GenerationCounts = { events: 0, attributes: 0, duplicates: 0, anonymous: 0 };
  private readonly random: Random;
  private readonly pools: ValuePools;
  private readonly population: Population;
  private readonly waiting: { readonly message: GeneratedMessage; readonly again: boolean }[] = [];
  private readonly firstEventDue: number[] = [];
  private shareable: { readonly id: string; readonly customer: number } | undefined;
  private text = '';

  /** @param newest the latest timestamp of a message, in seconds since the Unix epoch; at least 100 000 000 */
  constructor(
    private readonly options: GenerationOptions,
    private readonly newest: number,
  ) {
    const { seed, customers, attributes, eventTypes } = options;
    this.random = new Random(seed);
    this.pools = makeValuePools(this.random, attributes, eventTypes);
    this.population = new Population(this.random, this.pools, customers, attributes, eventTypes);
    this.summary = new ExpectedSummary(customers);
  }

  /** Yields the lines in pieces of about 64 KiB. `summary` and `counts` are complete after the last piece. */
  *chunks(): Generator<string> {
    const { random } = this;
    const { events, anonymous } = this.options;
    for (let round = 0; round < events; round++) {
      const now = this.newest - SPAN + Math.floor((SPAN * (round + 1)) / events);
      // All customers are introduced in the first half of the stream.
      if (this.introduceUpTo(((round + 1) * 2) / events, now) === 0) this.updateAttributes(now);
      this.addEvent(now, anonymous > 0 && round % anonymous === anonymous >> 1);
      if (random.oneIn(RELEASE)) this.release();
      if (this.text.length >= CHUNK_CHARACTERS) yield this.take();
    }
    while (this.introduceUpTo(1, this.newest) > 0) yield this.take();
    while (this.waiting.length > 0) this.release();
    yield this.take();
  }

  private introduceUpTo(share: number, now: number): number {
    const target = Math.min(Math.ceil(share * this.population.customers), this.population.customers);
    let introduced = 0;
    while (this.population.introducedCount < target && introduced < MOST_AT_ONCE) {
      const customer = this.population.introduce();
      if (customer === undefined) break;
      introduced++;
      if (!this.population.hasAttributes(customer)) this.firstEventDue.push(customer);
      else this.emit(this.profile(customer, now));
    }
    return introduced;
  }

  private profile(customer: number, timestamp: number): GeneratedMessage {
    const data: Record<string, string> = {};
    for (const name of PROFILE) {
      if (name === 'email' || !this.random.oneIn(20)) data[name] = this.valueOf(name);
    }
    return this.attributes(customer, data, timestamp);
  }

  private updateAttributes(now: number): void {
    const { random } = this;
    const customer = this.population.pick('attributes');
    const name = this.pickAttribute(customer);
    const kind = random.below(100);
    if (kind < PERCENT.tie) {
      const tied = this.summary.timeOf(customer, name) ?? now;
      this.emit(this.attributes(customer, { [name]: this.valueOf(name) }, tied));
    } else if (kind < PERCENT.tie + PERCENT.removal && name !== 'email' && name !== 'created_at') {
      this.emit(this.attributes(customer, { [name]: random.oneIn(2) ? null : '' }, now));
      if (random.oneIn(2)) {
        this.wait(this.attributes(customer, { [name]: this.valueOf(name) }, this.late(now)), false);
      }
    } else {
      const data: Record<string, string> = { [name]: this.valueOf(name) };
      for (let more = random.below(4); more > 0; more--) {
        const other = this.pickAttribute(customer);
        data[other] = this.valueOf(other);
      }
      this.emit(this.attributes(customer, data, kind >= 100 - PERCENT.late ? this.late(now) : now));
    }
  }

  private addEvent(now: number, anonymous: boolean): void {
    const { random } = this;
    const customer = anonymous ? undefined : (this.firstEventDue.pop() ?? this.population.pick('event'));
    const message: GeneratedMessage = {
      type: 'event',
      id: this.eventId(customer),
      customer,
      name: this.population.pickEventName(customer ?? 1),
      timestamp: random.oneIn(LATE_EVENT) ? this.late(now) : now,
      data: randomEventData(this.pools, random),
    };
    this.emit(message);
  }

  /** Sometimes returns the id of another customer's event. Each id is shared only once, so that no customer gets an id twice. */
  private eventId(customer: number | undefined): string {
    const { random, shareable } = this;
    if (customer === undefined) return random.uuid();
    if (shareable && shareable.customer !== customer && random.oneIn(SHARED_ID)) {
      this.shareable = undefined;
      return shareable.id;
    }
    const id = random.oneIn(20) ? `web/${random.uuid()}` : random.uuid();
    if (!shareable || random.oneIn(10)) this.shareable = { id, customer };
    return id;
  }

  private attributes(customer: number, data: Record<string, string | null>, timestamp: number): GeneratedMessage {
    return { type: 'attributes', id: this.random.uuid(), customer, timestamp, data };
  }

  private pickAttribute(customer: number): string {
    const at = this.random.below(PROFILE.length + this.population.extraAttributes(customer));
    return at < PROFILE.length ? PROFILE[at] : this.population.extraAttribute(customer, at - PROFILE.length);
  }

  private valueOf(name: string): string {
    const known = PROFILE.find((attribute) => attribute === name);
    return known
      ? profileValue(known, this.pools, this.random, this.newest - SPAN)
      : this.random.pick(this.pools.phrases);
  }

  private late(now: number): number {
    return now - 1 - this.random.below(LATEST);
  }

  /** Writes a new message and counts it. */
  private emit(message: GeneratedMessage): void {
    this.text += writeLine(message, this.random);
    this.count(message);
    if (message.customer === undefined || !this.random.oneIn(this.options.duplicates)) return;
    if (this.random.oneIn(2)) this.repeat(message);
    else this.wait(message, true);
  }

  /** Writes a message again, as a duplicate. */
  private repeat(message: GeneratedMessage): void {
    this.text += writeLine(message, this.random);
    this.counts.duplicates++;
  }

  private count({ type, customer, name, data, timestamp }: GeneratedMessage): void {
    if (customer === undefined) {
      this.counts.anonymous++;
    } else if (type === 'event') {
      this.counts.events++;
      this.summary.countEvent(customer, name ?? '');
    } else {
      this.counts.attributes++;
      for (const [attribute, value] of Object.entries(data ?? {})) {
        this.summary.setAttribute(customer, attribute, value as string | null, timestamp);
      }
    }
  }

  private wait(message: GeneratedMessage, again: boolean): void {
    this.waiting.push({ message, again });
    if (this.waiting.length > MOST_WAITING) this.release();
  }

  private release(): void {
    const last = this.waiting.pop();
    if (!last) return;
    const at = this.random.below(this.waiting.length + 1);
    const released = at < this.waiting.length ? this.waiting[at] : last;
    if (released !== last) this.waiting[at] = last;
    if (released.again) this.repeat(released.message);
    else this.emit(released.message);
  }

  private take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}
