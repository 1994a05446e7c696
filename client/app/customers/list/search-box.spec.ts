import { Router } from '@angular/router';

import { Screen, heard, render } from '../../../../test/support/component';
import { SearchBox } from './search-box';

const TYPING_MS = 120;

describe('SearchBox', () => {
  let screen: Screen<SearchBox>;
  let searched: string[];
  let submitted: string[];

  const open = async (text: string, state: Record<string, unknown> = {}) => {
    const router = { currentNavigation: () => ({ extras: { state } }) };
    screen = await render(SearchBox, { text }, [{ provide: Router, useValue: router }]);
    searched = heard(screen.component.searched);
    submitted = heard(screen.component.submitted);
  };
  const field = () => screen.input('Search customers');
  const pause = () => jest.advanceTimersByTimeAsync(TYPING_MS);

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('shows what is searched for, in a search landmark', async () => {
    await open('söfia');
    expect(field().value).toBe('söfia');
    expect(screen.names('form[role=search]')).toEqual(['Customers']);
    expect(document.activeElement).not.toBe(field());
  });

  it('searches once after a pause in typing, without white space at the ends', async () => {
    await open('');
    for (const text of ['s', 'so', ' so ']) await screen.type(field(), text);
    expect(searched).toEqual([]);
    await pause();
    expect(searched).toEqual(['so']);
    await screen.type(field(), 'so');
    await pause();
    expect(searched).toEqual(['so']);
  });

  it('is not overwritten by its own search, but by another one', async () => {
    await open('');
    await screen.type(field(), 'so ');
    await pause();
    await screen.set({ text: 'so' });
    expect(field().value).toBe('so ');
    await screen.set({ text: 'before' });
    expect(field().value).toBe('before');
  });

  it('searches at once on Enter, and says that the result is wanted', async () => {
    await open('');
    field().value = ' 1004 ';
    await screen.submit();
    expect([searched, submitted]).toEqual([['1004'], ['1004']]);
    await screen.submit();
    expect([searched, submitted]).toEqual([['1004'], ['1004', '1004']]);
  });

  it('clears on Escape, and is left by a second one', async () => {
    await open('sofia');
    field().focus();
    expect(await screen.press(field(), 'Escape')).toBe(true);
    expect([field().value, searched]).toEqual(['', ['']]);
    expect(document.activeElement).toBe(field());
    await screen.press(field(), 'Escape');
    expect(document.activeElement).not.toBe(field());
    expect(searched).toEqual(['']);
  });

  it('takes the focus and selects its text, also for a navigation that asks for it', async () => {
    await open('sofia', { search: true });
    expect(document.activeElement).toBe(field());
    expect([field().selectionStart, field().selectionEnd]).toEqual([0, 5]);
  });
});
