import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { hashOf } from '../access/secrets.js';
import type { Awaitable } from '../domain/awaitable.js';
import { DEFAULT_SOURCE, type Source } from '../domain/sources/source.js';
import { SourceRepository } from '../domain/sources/source-repository.js';

/** Time for which a key, right or wrong, is kept in memory, in ms. Another process may change its source. */
const KNOWN_MS = 500;
/** Keys that are known at a time. */
const MOST_KNOWN = 10_000;

interface Known {
  readonly source: Source | undefined;
  /** In ms of `performance.now()`. */
  readonly since: number;
}

/** Finds sources by their keys. */
@Injectable()
export class SourceKeys {
  private readonly known = new LRUCache<string, Known>({ max: MOST_KNOWN });
  /** Counts the changes of this process: what was read before one is not kept. */
  private changes = 0;

  constructor(private readonly sources: SourceRepository) {}

  /** The source with a key, on or off. It waits only for what is not known. */
  withKey(key: string): Awaitable<Source | undefined> {
    return this.find(`key ${key}`, () => this.sources.sourceByKey(hashOf(key), Date.now()));
  }

  /** The source of requests without a key, on or off. */
  default(): Awaitable<Source | undefined> {
    return this.find('default', () => this.sources.source(DEFAULT_SOURCE));
  }

  /** Forgets what is known. Must be called after every change of a source. */
  forget(): void {
    this.changes++;
    this.known.clear();
  }

  private find(name: string, read: () => Promise<Source | undefined>): Awaitable<Source | undefined> {
    const known = this.known.get(name);
    const now = performance.now();
    if (known && now - known.since < KNOWN_MS) return known.source;
    const { changes } = this;
    return read().then((source) => {
      if (changes === this.changes) this.known.set(name, { source, since: now });
      return source;
    });
  }
}
