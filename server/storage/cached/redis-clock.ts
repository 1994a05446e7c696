import type { Clock } from './dated-customer.repository.js';
import type { RedisLink } from './redis-link.js';

/** After that long it is asked again, in milliseconds. */
const FRESH_MS = 500;
/** After that long nothing is said by what it answered, in milliseconds: clocks differ, and may be set. */
const KNOWN_MS = 1_000;
const MS_PER_S = 1_000;
const MICROSECONDS_PER_MS = 1_000;

/** One question for the time: when it was asked and answered by the clock of this process, and what the answer was. */
interface Exchange {
  readonly asked: number;
  readonly answered: number;
  readonly time: number;
}

/**
 * Dates by the clock of Redis, which all processes share, so that clocks of machines are not compared. All times are in milliseconds. The
 * answer was given at some time between question and answer; so every date is taken to be the oldest that it can be.
 */
export class RedisClock {
  private exchange: Exchange | undefined;
  private asking: Promise<void> | undefined;

  constructor(
    private readonly link: RedisLink,
    private readonly clock: Clock,
  ) {}

  /** Asks for the time where that was not done lately. Never fails. */
  async measure(): Promise<void> {
    if (this.exchange && this.clock() - this.exchange.asked < FRESH_MS) return;
    if (this.link.answers) this.asking ??= this.ask();
    await this.asking;
  }

  /** A date for other processes. Undefined while nothing is known of the clock of Redis. @param at by the clock of this process */
  shared(at: number): number | undefined {
    const known = this.known();
    return known && at + (known.time - known.answered);
  }

  /** A date of any process by the clock of this one. Undefined while nothing is known of the clock of Redis. */
  here(date: number): number | undefined {
    const known = this.known();
    return known && date + (known.asked - known.time);
  }

  private known(): Exchange | undefined {
    return this.exchange && this.clock() - this.exchange.asked < KNOWN_MS ? this.exchange : undefined;
  }

  private async ask(): Promise<void> {
    try {
      const asked = this.clock();
      // As texts, whatever its type says.
      const answer: readonly unknown[] = await this.link.tried(() => this.link.commands.time());
      const [seconds, microseconds] = answer;
      const time = Number(seconds) * MS_PER_S + Number(microseconds) / MICROSECONDS_PER_MS;
      this.exchange = { asked, answered: this.clock(), time };
    } catch {
      // The link has told of it. Nothing is shared until it answers.
    } finally {
      this.asking = undefined;
    }
  }
}
