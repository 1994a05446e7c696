import { ChangeDetectionStrategy, Component } from '@angular/core';
import { provideRouter } from '@angular/router';

import { Screen, announced, render } from '../../../test/support/component';
import { LanguageChoice } from '../core/language';
import { CopyButton } from './copy-button';
import { EmptyState } from './empty-state';
import { FieldError } from './field-error';
import { Icon } from './icon';
import { LanguageMenu } from './language-menu';
import { Moment } from './moment';
import { Notice } from './notice';
import { PageNotFound } from './page-not-found';
import { ProgressBar } from './progress-bar';
import { ShareBar } from './share-bar';
import { Skeleton } from './skeleton';
import { ValueText } from './value-text';

describe('CopyButton', () => {
  const copied: string[] = [];

  beforeEach(() => {
    jest.useFakeTimers();
    copied.length = 0;
    const clipboard = { writeText: (text: string) => Promise.resolve(void copied.push(text)) };
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard });
  });
  afterEach(() => {
    jest.useRealTimers();
    Reflect.deleteProperty(navigator, 'clipboard');
  });

  it('says what it copies, copies the text as it is, and says so to screen readers', async () => {
    const screen = await render(CopyButton, { what: 'email', text: ' Ünï@例.jp\n' });
    const button = screen.button('Copy email');
    expect(button.title).toBe('Copy email');
    await screen.click(button);
    expect(copied).toEqual([' Ünï@例.jp\n']);
    expect(await announced()).toBe('Copied email');
  });

  it('shows for 1.5 s that it is done', async () => {
    const screen = await render(CopyButton, { what: 'id', text: '' });
    const picture = () => screen.one('path').getAttribute('d');
    const before = picture();
    await screen.click(screen.button('Copy id'));
    expect(picture()).not.toBe(before);
    await jest.advanceTimersByTimeAsync(1500);
    expect(picture()).toBe(before);
  });
});

describe('Icon', () => {
  it('is decoration: nothing to read, nothing to focus', async () => {
    const screen = await render(Icon, { name: 'plus' });
    const svg = screen.root.querySelector('svg');
    expect(svg?.getAttribute('aria-hidden')).toBe('true');
    expect(svg?.getAttribute('focusable')).toBe('false');
    const plus = screen.one('path').getAttribute('d');
    await screen.set({ name: 'minus' });
    expect(screen.one('path').getAttribute('d')).not.toBe(plus);
  });
});

describe('EmptyState and Notice', () => {
  @Component({
    imports: [EmptyState, Notice],
    template: `
      <app-empty-state heading="Nobody here"
        ><a href="/new">{{ link }}</a></app-empty-state
      >
      <app-notice heading="It failed"
        ><button type="button">{{ action }}</button></app-notice
      >
      <app-notice heading="Take care" tone="caution" />
    `,
    changeDetection: ChangeDetectionStrategy.OnPush,
  })
  class Page {
    protected readonly link = 'Create one';
    protected readonly action = 'Again';
  }

  it('an empty state says why under a heading, and what to do', async () => {
    const screen = await render(Page);
    expect(screen.texts('app-empty-state h2')).toEqual(['Nobody here']);
    expect(screen.link('Create one').closest('app-empty-state')).not.toBeNull();
  });

  it('a notice is an alert with its actions; danger is the default and looks different', async () => {
    const screen = await render(Page);
    const notices = screen.all('app-notice');
    expect(notices.map(({ role }) => role)).toEqual(['alert', 'alert']);
    expect(notices.map(({ classList }) => classList.contains('danger'))).toEqual([true, false]);
    expect(screen.texts('strong')).toEqual(['It failed', 'Take care']);
    expect(screen.button('Again').closest('app-notice')).toBe(notices[0]);
  });
});

describe('FieldError', () => {
  it('shows the message, and holds nothing at all without one', async () => {
    const screen = await render(FieldError, { message: 'Enter <b>“x”</b>.' });
    expect(screen.text).toBe('Enter <b>“x”</b>.');
    for (const message of [null, '']) {
      await screen.set({ message });
      // `:empty` hides it: not even a space may be left.
      expect([...screen.root.childNodes].filter((node) => node.nodeType !== Node.COMMENT_NODE)).toEqual([]);
    }
  });
});

describe('LanguageMenu', () => {
  it('names every language in itself, shows the current one and chooses another', async () => {
    const chosen: string[] = [];
    const choice = { current: 'de', choose: (code: string) => chosen.push(code) };
    const screen = await render(LanguageMenu, {}, [{ provide: LanguageChoice, useValue: choice }]);
    const select = screen.select('Language');
    expect([...select.options].map(({ text, value, lang }) => [text.trim(), value, lang])).toEqual([
      ['English', 'en', 'en'],
      ['Deutsch', 'de', 'de'],
    ]);
    expect(select.value).toBe('de');
    await screen.choose(select, 'en');
    expect(chosen).toEqual(['en']);
  });
});

describe('Moment', () => {
  const now = Date.UTC(2020, 0, 31, 12) / 1000;

  beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(now * 1000));
  afterEach(() => jest.restoreAllMocks());

  it('is a time that machines can read, with seconds and zone in the title', async () => {
    const screen = await render(Moment, { seconds: 0 });
    const time = screen.one('time', HTMLTimeElement);
    expect(time.dateTime).toBe('1970-01-01T00:00:00.000Z');
    expect(time.textContent).toContain('19');
    expect(time.title.length).toBeGreaterThan(time.textContent.length);
    expect(screen.all('.distance')).toEqual([]);
  });

  it.each([
    [now - 3600, '1 hour ago'],
    [now - 400 * 86_400, 'last year'],
    [now + 172_800, 'in 2 days'],
    [now - 3, 'this minute'],
  ])('says on demand how far %d is', async (seconds, distance) => {
    const screen = await render(Moment, { seconds, distance: true });
    expect(screen.texts('.distance')).toEqual([distance]);
  });

  it.each([null, 1e15, Number.NaN])('is “Not set” for %s, which is no time', async (seconds) => {
    const screen = await render(Moment, { seconds, distance: true });
    expect(screen.text).toBe('Not set');
  });
});

describe('PageNotFound', () => {
  it('leads to the customers', async () => {
    const screen = await render(PageNotFound, {}, [provideRouter([])]);
    expect(screen.texts('h1')).toEqual(['Page not found']);
    expect(screen.link('Go to customers').getAttribute('href')).toBe('/customers');
  });
});

describe('ProgressBar', () => {
  const now = ({ root }: Screen) => root.getAttribute('aria-valuenow');

  it.each([
    [0, '0'],
    [0.126, '13'],
    [1, '100'],
    [1.7, '100'],
    [-1, '0'],
  ])('tells %d as %s percent', async (value, percent) => {
    const screen = await render(ProgressBar, { label: 'Sent', value });
    expect([screen.root.role, screen.root.ariaLabel, now(screen)]).toEqual(['progressbar', 'Sent', percent]);
    expect(screen.one('.fill').style.inlineSize).toBe(`${percent}%`);
  });

  it('claims no value when it is unknown', async () => {
    const screen = await render(ProgressBar, { label: 'Sent', value: null });
    expect(now(screen)).toBeNull();
    expect(screen.root.classList).toContain('unknown');
    await screen.set({ value: 0.5 });
    expect(now(screen)).toBe('50');
    expect(screen.root.classList).not.toContain('unknown');
  });
});

describe('ShareBar and Skeleton', () => {
  it('a share is a length', async () => {
    const screen = await render(ShareBar, { percent: 12.5 });
    expect(screen.one('.fill').style.inlineSize).toBe('12.5%');
  });

  it('a skeleton has as many lines as asked for, and screen readers do not see it', async () => {
    const screen = await render(Skeleton);
    expect(screen.all('.line')).toHaveLength(8);
    await screen.set({ lines: 3 });
    expect(screen.all('.line')).toHaveLength(3);
    expect(screen.root.ariaHidden).toBe('true');
  });
});

describe('ValueText', () => {
  const copied = ({ root }: Screen) => [...root.querySelectorAll('span:not(:has(span))')].map((s) => s.textContent);

  it.each([
    ['plain', [], ['plain']],
    ['  two', ['2 spaces'], ['  ', 'two']],
    ['end\n', ['1 line break'], ['end', '\n']],
    ['\ta b ', ['1 tab', '1 space'], ['\t', 'a b', ' ']],
    ['\u200b', ['1 invisible character'], ['\u200b']],
    ['', [], []],
  ])('marks the white space at the ends of %j and keeps the text', async (text, marks, parts) => {
    const screen = await render(ValueText, { text });
    expect(screen.names('[role=img]')).toEqual(marks);
    expect(copied(screen)).toEqual(parts);
    expect(parts.join('')).toBe(text);
  });
});
