import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CONFIG, type Config } from '../config/config.js';
import type { Entity } from '../http/send.js';
import type { WireText } from '../http/wire-text.js';

/** An answer that was made of a read, and when that was by the clock of its repository. */
export interface Dated<Answer> {
  readonly at: number;
  readonly answer: Answer;
}

const MIB = 1024 * 1024;
/** About what an entry needs besides its texts: objects, map slots, list links. */
const ENTRY_BYTES = 300;
/** So that no page of ten thousand drives everything else out. */
const LARGEST_SHARE = 16;

/** Answers that were sent lately, bounded by their bytes; whether one may be sent again is for its date to say. */
@Injectable()
export class AnswerCache {
  readonly customers: LRUCache<string, Dated<Entity>> | undefined;
  /** By their paging. */
  readonly pages: LRUCache<string, Dated<WireText>> | undefined;
  /** Where answers came from. */
  readonly reads = { customer: { cache: 0, database: 0 }, page: { cache: 0, database: 0 } };

  constructor(@Inject(CONFIG) { cacheMb }: Pick<Config, 'cacheMb'>) {
    if (cacheMb === 0) return;
    const half = (cacheMb * MIB) / 2;
    const bounds = { maxSize: half, maxEntrySize: half / LARGEST_SHARE };
    this.customers = new LRUCache({ ...bounds, sizeCalculation: ({ answer }, id) => sizeOf(answer.body, id) });
    this.pages = new LRUCache({ ...bounds, sizeCalculation: ({ answer }, paging) => sizeOf(answer, paging) });
  }
}

/** A wire text has a byte a character; a key may have two. */
function sizeOf(text: WireText, key: string): number {
  return text.length + key.length * 2 + ENTRY_BYTES;
}
