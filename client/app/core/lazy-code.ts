import { Injectable, inject, signal } from '@angular/core';

import { Connection } from './connection';
import { whenIdle } from './preload-when-idle';

/** Code that the user waits for and that could not be loaded. */
export interface MissingCode {
  /** The server answers but does not have the code, such as after an update: only reloading the page helps. */
  readonly gone: boolean;
  /** Tries again, or gives up. */
  readonly answer: (again: boolean) => void;
}

/** Asks the user about code that could not be loaded. Holds one question, the last one. */
@Injectable({ providedIn: 'root' })
export class LazyCode {
  private readonly connection = inject(Connection);
  private readonly _missing = signal<MissingCode | null>(null);

  readonly missing = this._missing.asReadonly();

  /** @returns null when the code could not be loaded and the user gave up */
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
 * Loads code while the browser is idle, so that what it opens then opens at once, and also without the server. Call it in an
 * injection context.
 * @param load an `import()`
 * @returns a function that gives the code, and rejects when it can not be loaded
 */
export function preloaded<T>(load: () => Promise<T>): () => Promise<T> {
  const connection = inject(Connection);
  let code: T | undefined;
  const get = async (): Promise<T> => {
    // Chromium remembers until a reload that a module failed, so an import that is bound to fail is not tried.
    if (code === undefined && connection.lost()) throw new Error('The server is away.');
    return (code ??= await load());
  };
  whenIdle()
    .then(get)
    .catch(() => undefined);
  return get;
}

/**
 * Like {@link preloaded}, for code that a user opens: when it can not be loaded the user is told and may try again.
 * @returns a function that gives the code; null when it could not be loaded and the user gave up
 */
export function lazily<T>(load: () => Promise<T>): () => Promise<T | null> {
  const lazy = inject(LazyCode);
  const get = preloaded(load);
  return () => lazy.get(get);
}
