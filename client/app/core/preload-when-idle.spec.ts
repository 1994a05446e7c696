import { TestBed } from '@angular/core/testing';
import { EMPTY } from 'rxjs';

import { Connection } from './connection';
import { PreloadWhenIdle } from './preload-when-idle';

describe('the code of other pages', () => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'requestIdleCallback');
    Reflect.deleteProperty(navigator, 'connection');
  });

  /** Asks for the code of a page. @returns whether it is loaded once the browser is idle */
  const isLoaded = async (saveData: boolean): Promise<boolean> => {
    Object.defineProperty(globalThis, 'requestIdleCallback', {
      value: (idle: () => void) => idle(),
      configurable: true,
    });
    Object.defineProperty(navigator, 'connection', { value: { saveData }, configurable: true });
    TestBed.configureTestingModule({ providers: [{ provide: Connection, useValue: { lost: () => false } }] });
    let loaded = false;
    const load = () => {
      loaded = true;
      return EMPTY;
    };
    TestBed.inject(PreloadWhenIdle).preload({}, load).subscribe();
    await new Promise((done) => setTimeout(done));
    return loaded;
  };

  it('is loaded when the browser is idle', async () => {
    await expect(isLoaded(false)).resolves.toBe(true);
  });

  it('is not loaded ahead in a browser that is told to save data', async () => {
    await expect(isLoaded(true)).resolves.toBe(false);
  });
});
