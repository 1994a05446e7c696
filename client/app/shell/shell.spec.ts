import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';

import { Screen, announced, render } from '../../../test/support/component';
import { openDialog } from '../../../test/support/dialog';
import { Connection } from '../core/connection';
import { LazyCode, MissingCode } from '../core/lazy-code';
import { Shortcuts } from '../core/shortcuts';
import { ThemeStore } from '../core/theme';
import { ConnectionNotice } from './connection-notice';
import { ShortcutList } from './shortcut-list';
import { ThemeSwitch } from './theme-switch';

beforeEach(() => localStorage.clear());

describe('ConnectionNotice', () => {
  const missing = signal<MissingCode | null>(null);
  let screen: Screen<ConnectionNotice>;
  let connection: Connection;
  let asked: string[];

  beforeEach(async () => {
    jest.useFakeTimers();
    missing.set(null);
    asked = [];
    globalThis.fetch = (url) => {
      asked.push(url as string);
      return Promise.resolve({ ok: true } as Response); // all that is read of it
    };
    screen = await render(ConnectionNotice, {}, [{ provide: LazyCode, useValue: { missing } }]);
    connection = TestBed.inject(Connection);
  });
  afterEach(() => jest.useRealTimers());

  it('says nothing while all is well', () => {
    expect(screen.text).toBe('');
  });

  it('says that the server is away, asks again on demand, and goes when it is back', async () => {
    connection.lose();
    await screen.settle();
    expect(screen.texts('[role=alert] span')).toEqual([
      'The server cannot be reached. What you see may be old; trying again…',
    ]);
    await screen.click(screen.button('Try now'));
    expect(asked).toEqual(['/health/live']);
    expect(screen.text).toBe('');
    expect(await announced()).toBe('The server can be reached again');
  });

  it('says that code did not come, and hands the answer on', async () => {
    const answers: boolean[] = [];
    connection.lose();
    missing.set({ gone: false, answer: (again) => answers.push(again) });
    await screen.settle();
    expect(screen.texts('[role=alert] span')).toEqual(['This was not loaded yet, and the server cannot be reached.']);
    await screen.click(screen.button('Try again'));
    await screen.click(screen.button('Dismiss'));
    expect(answers).toEqual([true, false]);
  });

  it('offers a reload when the server has other code now', async () => {
    missing.set({ gone: true, answer: () => undefined });
    await screen.settle();
    expect(screen.text).toContain('perhaps because Roster was updated');
    expect(screen.names('button')).toEqual(['Reload', 'Dismiss']);
  });
});

describe('ThemeSwitch', () => {
  const chosen = (screen: Screen) => screen.all<HTMLInputElement>('input').map(({ checked }) => checked);

  it('names the three themes, the one of the system is chosen at first', async () => {
    const screen = await render(ThemeSwitch);
    expect(screen.texts('legend')).toEqual(['Theme']);
    expect(screen.names('[type=radio]')).toEqual(['Light', 'Dark', 'As the system']);
    expect(chosen(screen)).toEqual([false, false, true]);
  });

  it('applies a choice at once and remembers it', async () => {
    const screen = await render(ThemeSwitch);
    await screen.click(screen.input('Dark'));
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(localStorage.getItem('roster.theme')).toBe('dark');
    await screen.click(screen.input('As the system'));
    expect(document.documentElement.dataset.theme).toBeUndefined();
    expect(localStorage.getItem('roster.theme')).toBeNull();
  });

  it('shows what is remembered', async () => {
    localStorage.setItem('roster.theme', 'light');
    const screen = await render(ThemeSwitch);
    expect(chosen(screen)).toEqual([true, false, false]);
    expect(TestBed.inject(ThemeStore).theme()).toBe('light');
  });
});

describe('ShortcutList', () => {
  const run = () => undefined;

  const open = async (): Promise<Screen> => {
    const { screen } = await openDialog(ShortcutList, null);
    const shortcuts = TestBed.inject(Shortcuts);
    shortcuts.add({
      heading: 'Everywhere',
      shortcuts: [
        { keys: '/', label: 'Search', run },
        { keys: 'g c', label: 'Go to customers', run },
      ],
    });
    shortcuts.add({
      heading: 'List',
      shortcuts: [
        { keys: '/', label: 'Search', run },
        { keys: ['ArrowDown', 'j'], label: 'Next', run },
        { keys: 'mod+s', label: 'Save', run },
      ],
    });
    await screen.settle();
    return screen;
  };

  it('lists those of the page before those of everywhere, each once', async () => {
    const screen = await open();
    expect(screen.texts('h3')).toEqual(['List', 'Everywhere']);
    expect(screen.texts('dt')).toEqual(['Search', 'Next', 'Save', 'Go to customers']);
  });

  it('writes keys as a keyboard does, and says “or” between two that do the same', async () => {
    const screen = await open();
    expect(screen.all('dd').map((dd) => [...dd.children].map(({ textContent }) => textContent))).toEqual([
      ['/'],
      ['↓', 'or', 'j'],
      ['Ctrl', 's'],
      ['g', 'c'],
    ]);
  });

  it('switches single keys off, for good', async () => {
    const screen = await open();
    const box = screen.input('Use shortcuts of a single key');
    expect(box.checked).toBe(true);
    await screen.click(box);
    expect(TestBed.inject(Shortcuts).enabled()).toBe(false);
    expect(localStorage.getItem('roster.shortcuts')).toBe('off');
    await screen.click(box);
    expect(localStorage.getItem('roster.shortcuts')).toBeNull();
  });

  it('has a way out', async () => {
    const screen = await open();
    await screen.click(screen.button('Close'));
    expect(document.querySelector('mat-dialog-container')).toBeNull();
  });
});
