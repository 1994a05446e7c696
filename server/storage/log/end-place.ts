import type { LogPlace } from '../../domain/log/log-entry.js';
import { comparePlaces } from './placed-entry.js';

/** Finds the place before which the messages of a customer end. */
export class EndPlace {
  private oldest: LogPlace[] = [];

  /**
   * @param over number of messages that are too many
   * @param before messages of an earlier time end, in ms since the Unix epoch
   */
  constructor(
    private readonly over: number,
    private readonly before: number,
  ) {}

  /** @param places of some messages. All are to be taken, in any order */
  take(places: readonly LogPlace[]): void {
    if (this.over === 0) return;
    for (const { time, moment, index } of places) this.oldest.push({ time, moment, index });
    if (this.oldest.length > 2 * this.over + places.length) this.cut();
  }

  get place(): LogPlace {
    this.cut();
    const last = this.oldest.at(-1);
    const ofAge = { time: this.before, moment: 0, index: 0 };
    if (!last) return ofAge;
    const behind = { ...last, index: last.index + 1 };
    return comparePlaces(behind, ofAge) > 0 ? behind : ofAge;
  }

  private cut(): void {
    this.oldest = this.oldest.sort(comparePlaces).slice(0, this.over);
  }
}
