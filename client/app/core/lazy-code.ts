import { Injectable, inject, signal } from '@angular/core';

import { Connection } from './connection';
import { whenIdle } from './preload-when-idle';

/** Code that somebody waits for and that did not come. */
export interface MissingCode {
  /** The server is there and the code is not, such as after an update: only a reload of the page brings it. */
  readonly gone: boolean;
  /** Tries once more, or lets it be. */
  readonly answer: (again: boolean) => void;
}

/** What is told of code that did not come; one thing at a time, the last that was wanted. */
@Injectable({ providedIn: 'root' })
export class LazyCode {
  private readonly connection = inject(Connection);
  private readonly _missing = signal<MissingCode | null>(null);

  readonly missing = this._missing.asReadonly();

  /** @returns null when it did not come and the person let it be */
  async get<T>(load: () => Promise<T>): Promise<T | null> {
    this._missing()?.answer(false);
    for (;;) {
      try {
        return await load();
      } catch {
        await this.connection.check();
      }
      if (!(await this.ask())) return null;
      if (this.connection.lost()) await this.connection.check();
    }
  }

  private ask(): Promise<boolean> {
    return new Promise((answered) => {
      const answer = (again: boolean): void => {
        this._missing.set(null);
        answered(again);
      };
      this._missing.set({ gone: !this.connection.lost(), answer });
    });
  }
}

/**
 * Code apart from the page, loaded when the page is there and nothing else to do: what it opens then opens at once, and also without
 * the server. Only where one may `inject`.
 * @param load an `import()`
 * @returns what gives the code, and rejects when it cannot be loaded
 */
export function preloaded<T>(load: () => Promise<T>): () => Promise<T> {
  const connection = inject(Connection);
  let code: T | undefined;
  const get = async (): Promise<T> => {
    // Chromium remembers that a module failed until the page is reloaded: what is bound to fail is not tried.
    if (code === undefined && connection.lost()) throw new Error('The server is away.');
    return (code ??= await load());
  };
  whenIdle()
    .then(get)
    .catch(() => undefined);
  return get;
}

/**
 * The same for what a person opens: when it does not come they are told, and can have it tried again.
 * @returns what gives the code; null when it did not come and the person let it be
 */
export function lazily<T>(load: () => Promise<T>): () => Promise<T | null> {
  const lazy = inject(LazyCode);
  const get = preloaded(load);
  return () => lazy.get(get);
}
