import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen } from '../../../../test/support/component';
import { openDialog } from '../../../../test/support/dialog';
import { ColumnChoice } from '../state/column-choice';
import { ColumnDialog } from './column-dialog';

const names = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `a${i}`, customers: 1000 + i }));

describe('ColumnDialog', () => {
  let screen: Screen;
  let http: HttpTestingController;

  const open = async (attributes: { name: string; customers: number }[], events = [{ name: 'buy', customers: 3 }]) => {
    ({ screen } = await openDialog(ColumnDialog, null, HTTP));
    http = TestBed.inject(HttpTestingController);
    http.expectOne('/attribute-names?limit=50').flush({ attribute_names: attributes });
    http.expectOne('/event-names?limit=50').flush({ event_names: events });
    await screen.settle();
  };
  const chosen = () =>
    TestBed.inject(ColumnChoice)
      .columns()
      .map(({ kind, name }) => `${kind}:${name}`);
  const boxes = () => screen.all<HTMLInputElement>('[type=checkbox]');
  const options = () => screen.texts('li bdi');
  const box = (key: string) => screen.one(`[data-key="${key}"]`, HTMLInputElement);

  beforeEach(() => localStorage.clear());

  it('offers what is chosen first, then what there is, once each, with how many customers have it', async () => {
    await open([
      { name: 'email', customers: 9 },
      { name: 'plan', customers: 12_345 },
      { name: ' x', customers: 1 },
    ]);
    expect(options()).toEqual(['Id', 'Email', 'Created', 'Last updated', 'plan', 'x', 'buy']);
    expect(screen.texts('li .hint')).toEqual(['12,345', '1', '3']);
    expect(boxes().map(({ checked }) => checked)).toEqual([true, true, true, true, false, false, false]);
    expect(screen.names('ul')).toEqual(['Columns']);
    expect(document.activeElement).toBe(screen.input('Search attributes and events'));
  });

  it('chooses at once, and remembers it in this browser', async () => {
    await open([{ name: 'plan', customers: 1 }]);
    await screen.click(box('attribute:plan'));
    await screen.click(box('attribute:email'));
    expect(chosen()).toEqual(['id:', 'attribute:created_at', 'last_updated:', 'attribute:plan']);
    expect(screen.texts('[role=status]')).toEqual(['4 of at most 16 chosen']);
    expect(JSON.parse(localStorage.getItem('roster.columns') ?? '')).toEqual({
      '': { keys: ['id', 'attribute:created_at', 'last_updated', 'attribute:plan'], widths: {} },
    });
    // Nothing jumps under the pointer.
    expect(options()[1]).toBe('Email');
  });

  it('goes back to the columns of the beginning', async () => {
    await open([{ name: 'plan', customers: 1 }]);
    expect(screen.button('Reset').disabled).toBe(true);
    await screen.click(box('attribute:plan'));
    await screen.click(screen.button('Reset'));
    expect(chosen()).toEqual(['id:', 'attribute:email', 'attribute:created_at', 'last_updated:']);
    expect(screen.button('Reset').disabled).toBe(true);
  });

  it('takes no more than 16, and lets go of any', async () => {
    await open(names(16));
    for (let i = 0; i < 12; i++) await screen.click(box(`attribute:a${i}`));
    expect(chosen()).toHaveLength(16);
    expect(boxes().filter(({ disabled }) => disabled)).toHaveLength(5);
    expect(boxes().filter(({ disabled, checked }) => disabled && checked)).toEqual([]);
    await screen.click(box('attribute:email'));
    expect(boxes().filter(({ disabled }) => disabled)).toEqual([]);
  });

  it('narrows what it offers, by name or by what is said for it', async () => {
    await open([{ name: 'plan', customers: 1 }]);
    const search = screen.input('Search attributes and events');
    await screen.type(search, ' CREATED');
    expect(options()).toEqual(['Created']);
  });

  it('says that names are still to come, before it says that there are none', async () => {
    jest.useFakeTimers();
    ({ screen } = await openDialog(ColumnDialog, null, HTTP));
    http = TestBed.inject(HttpTestingController);
    expect(screen.texts('li').at(-1)).toBe('Loading…');
    http.expectOne('/attribute-names?limit=50').flush({ attribute_names: [] });
    http.expectOne('/event-names?limit=50').flush({ event_names: [] });
    await jest.advanceTimersByTimeAsync(500);
    http.expectNone(() => true);
    expect(screen.texts('li').at(-1)).toBe('Last updated');
    await screen.type(screen.input('Search attributes and events'), 'zzz');
    expect(screen.texts('li')).toEqual(['Loading…']);
    await jest.advanceTimersByTimeAsync(120);
    http.expectOne('/attribute-names?limit=50&search=zzz').flush({ attribute_names: [] });
    http.expectOne('/event-names?limit=50&search=zzz').flush({ event_names: [] });
    await screen.settle();
    jest.useRealTimers();
    expect(screen.texts('li')).toEqual(['Nothing has that name.']);
  });

  it('asks the server for names that match, and goes without them when it is away', async () => {
    jest.useFakeTimers();
    await open([]);
    await screen.type(screen.input('Search attributes and events'), 'pl');
    await jest.advanceTimersByTimeAsync(120);
    http.expectOne('/attribute-names?limit=50&search=pl').flush({ attribute_names: [{ name: 'plan', customers: 2 }] });
    http.expectOne('/event-names?limit=50&search=pl').error(new ProgressEvent('error'));
    await screen.settle();
    jest.useRealTimers();
    expect(options()).toEqual(['plan']);
  });

  it('puts the columns in order, and keeps those of a segment apart', async () => {
    await open([]);
    TestBed.inject(ColumnChoice).show(3);
    await screen.settle();
    await screen.click(screen.button('Move Email up'));
    expect(screen.button('Move Email up').ariaDisabled).toBe('true');
    await screen.click(screen.button('Move Created down'));
    await screen.click(screen.button('Move Last updated down'));
    expect(chosen()).toEqual(['attribute:email', 'id:', 'attribute:created_at', 'last_updated:']);
    TestBed.inject(ColumnChoice).show(null);
    expect(chosen()).toEqual(['id:', 'attribute:email', 'attribute:created_at', 'last_updated:']);
    TestBed.inject(ColumnChoice).show(3);
    await screen.click(screen.button('Reset'));
    expect(localStorage.getItem('roster.columns')).toBeNull();
  });

  it('takes the list of an earlier version, whose first column was the id', async () => {
    localStorage.setItem('roster.columns', '["attribute:plan","junk"]');
    await open([]);
    expect(chosen()).toEqual(['id:', 'attribute:plan']);
  });
});
