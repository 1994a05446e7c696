import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, heard, render } from '../../../../test/support/component';
import { CustomerFilter } from '../model/customer-filter';
import { wallClockOf } from '../model/wall-clock';
import { FilterEditor } from './filter-editor';

describe('FilterEditor', () => {
  let screen: Screen<FilterEditor>;
  let http: HttpTestingController;
  let applied: CustomerFilter[];
  let cancelled: unknown[];

  const open = async (filter: CustomerFilter | null = null) => {
    screen = await render(FilterEditor, { filter }, HTTP);
    http = TestBed.inject(HttpTestingController);
    applied = heard(screen.component.applied);
    cancelled = heard(screen.component.cancelled);
  };
  const on = () => screen.select('Filter by');
  const condition = () => screen.select('Condition');
  const options = (select: HTMLSelectElement) => [...select.options].map(({ text }) => text);

  it('begins with an attribute, and the focus', async () => {
    await open();
    expect(screen.names('form')).toEqual(['Filter']);
    expect(document.activeElement).toBe(on());
    expect(options(on())).toEqual(['Attribute', 'Event', 'Label', 'Last updated']);
    expect(screen.names('input, select')).toEqual(['Filter by', 'Attribute', 'Condition', 'Value']);
    expect(options(condition())).toEqual([
      ...['is', 'is not', 'is any of', 'contains', 'starts with', 'above', 'at least', 'below', 'at most'],
      ...['before', 'after', 'on', 'exists', 'does not exist'],
    ]);
  });

  it('is a sheet over the page of a phone, with the focus in its first field', async () => {
    const shown: string[] = [];
    Object.assign(HTMLDialogElement.prototype, {
      showModal(this: HTMLDialogElement) {
        shown.push(this.getAttribute('aria-label') ?? '');
        this.open = true;
      },
      close(this: HTMLDialogElement) {
        shown.pop();
      },
    });
    const width = innerWidth;
    window.innerWidth = 390;
    try {
      await open();
      expect(shown).toEqual(['Filter']);
      expect(screen.one('dialog').contains(on())).toBe(true);
      expect(document.activeElement).toBe(on());
      await screen.click(screen.button('Close'));
      expect(shown).toEqual([]);
      screen.one('dialog').dispatchEvent(new Event('cancel', { cancelable: true }));
      expect(cancelled).toHaveLength(2);
    } finally {
      window.innerWidth = width;
    }
  });

  it('makes a filter of an attribute; the value stays as it is typed', async () => {
    await open();
    await screen.type(screen.input('Attribute'), ' plan:x ');
    await screen.type(screen.input('Value'), ' göld ');
    await screen.submit();
    expect(applied).toEqual([{ on: 'attribute', name: 'plan:x', is: 'is', value: ' göld ' }]);
  });

  it.each(['exists', 'not_exists'])('needs no value for %s', async (is) => {
    await open();
    await screen.type(screen.input('Attribute'), 'plan');
    await screen.choose(condition(), is);
    expect(screen.names('input')).toEqual(['Attribute']);
    await screen.submit();
    expect(applied).toEqual([{ on: 'attribute', name: 'plan', is }]);
  });

  it('makes a filter of an event, at least once at first', async () => {
    await open();
    await screen.choose(on(), 'event');
    expect(options(condition())).toEqual(['at least', 'at most', 'never']);
    expect(screen.input('Times').value).toBe('1');
    await screen.type(screen.input('Event'), 'buy');
    await screen.submit();
    await screen.choose(condition(), 'never');
    await screen.submit();
    expect(applied).toEqual([
      { on: 'event', name: 'buy', is: 'at_least', count: 1 },
      { on: 'event', name: 'buy', is: 'never' },
    ]);
  });

  it('makes a filter of a moment in the time zone of the reader', async () => {
    await open();
    await screen.choose(on(), 'last_updated');
    expect(screen.names('input')).toEqual(['Date and time']);
    await screen.type(screen.input('Date and time'), '2019-06-19T17:07');
    await screen.submit();
    const time = new Date(2019, 5, 19, 17, 7).toISOString().replace('.000', '');
    expect(applied).toEqual([{ on: 'last_updated', is: 'after', time }]);
  });

  it('makes a filter of a number, of several values, and of a relative time', async () => {
    await open();
    await screen.type(screen.input('Attribute'), 'a');
    await screen.choose(condition(), 'above');
    await screen.type(screen.input('Number'), ' 18.5 ');
    await screen.submit();
    await screen.choose(condition(), 'is_any_of');
    await screen.type(screen.one('[data-testid=filter-value]'), 'x\n\ny, z');
    await screen.submit();
    await screen.choose(condition(), 'after');
    const when = screen.one<HTMLSelectElement>('[data-testid=filter-when]');
    expect(when.closest('label')?.textContent).toContain(Intl.DateTimeFormat().resolvedOptions().timeZone);
    await screen.choose(when, 'days');
    await screen.type(screen.input('Days'), '7');
    await screen.submit();
    await screen.choose(when, 'this_month');
    expect(screen.all('[data-testid=filter-value]')).toEqual([]);
    await screen.submit();
    expect(applied).toEqual([
      { on: 'attribute', name: 'a', is: 'above', number: '18.5' },
      { on: 'attribute', name: 'a', is: 'is_any_of', values: ['x', 'y, z'] },
      { on: 'attribute', name: 'a', is: 'after', time: '-7d' },
      { on: 'attribute', name: 'a', is: 'after', time: 'this_month' },
    ]);
  });

  it('says what is missing, once it is tried', async () => {
    await open();
    for (const [subject, name, value, ...errors] of [
      ['attribute', '', '', 'Attribute: Enter a name.', 'Value: Enter a value.'],
      ['attribute', 'plan', '', 'Value: Enter a value.'],
      ['event', '', '1', 'Event: Enter a name.'],
      ['event', 'buy', '1.5', 'Times: Enter a whole number.'],
      ['event', 'buy', '-1', 'Times: Enter a whole number.'],
      ['last_updated', null, '', 'Date and time: Choose a date and a time.'],
    ] as const) {
      await screen.choose(on(), subject);
      if (name !== null) await screen.type(screen.one('[data-testid=filter-name]'), name);
      await screen.type(screen.one('[data-testid=filter-value]'), value);
      expect(screen.all('[aria-invalid=true]')).toEqual([]);
      await screen.submit();
      const said = screen.names('[aria-invalid=true]').map((field) => {
        const describedBy = screen.input(field).getAttribute('aria-describedby') ?? '';
        return `${field}: ${screen.texts(`[id="${describedBy}"]`).join()}`;
      });
      expect([subject, name, value, ...said]).toEqual([subject, name, value, ...errors]);
    }
    expect(applied).toEqual([]);
  });

  it.each<[CustomerFilter, string[]]>([
    [{ on: 'attribute', name: 'plan', is: 'contains', value: 'go"ld' }, ['attribute', 'plan', 'contains', 'go"ld']],
    [{ on: 'attribute', name: 'plan', is: 'not_exists' }, ['attribute', 'plan', 'not_exists']],
    [{ on: 'event', name: 'buy', is: 'at_most', count: 12 }, ['event', 'buy', 'at_most', '12', 'ever']],
    [
      { on: 'last_updated', is: 'before', time: '2019-06-19T17:06:00Z' },
      ['last_updated', 'before', 'moment', wallClockOf(1_560_963_960)],
    ],
    [{ on: 'attribute', name: 'age', is: 'at_least', number: '18' }, ['attribute', 'age', 'at_least', '18']],
    [{ on: 'attribute', name: 'a', is: 'is_any_of', values: ['x', 'y,z'] }, ['attribute', 'a', 'is_any_of', 'x\ny,z']],
    [{ on: 'attribute', name: 'at', is: 'on', time: '2024-02-29' }, ['attribute', 'at', 'on', 'date', '2024-02-29']],
    [{ on: 'attribute', name: 'at', is: 'after', time: '-7d' }, ['attribute', 'at', 'after', 'days', '7']],
    [{ on: 'attribute', name: 'at', is: 'after', time: '-12h' }, ['attribute', 'at', 'after', 'hours', '12']],
    [{ on: 'last_updated', is: 'on', time: 'this_week' }, ['last_updated', 'on', 'this_week']],
  ])('begins with the filter %j, and applies the same one', async (filter, values) => {
    await open(filter);
    expect(screen.all<HTMLInputElement>('input, select, textarea').map(({ value }) => value)).toEqual(values);
    await screen.submit();
    expect(applied).toEqual([filter]);
  });

  it.each(['Cancel', 'Escape'])('is left by %s', async (way) => {
    await open();
    if (way === 'Cancel') await screen.click(screen.button('Cancel'));
    else expect(await screen.press(on(), 'Escape')).toBe(true);
    expect([cancelled.length, applied]).toEqual([1, []]);
  });

  it('suggests the names that there are, of attributes or events', async () => {
    jest.useFakeTimers();
    await open();
    const suggested = () => {
      const list = screen.one('[data-testid=filter-name]').getAttribute('list') ?? '';
      return screen.all<HTMLOptionElement>(`[id="${list}"] option`).map(({ value, text }) => [value, text]);
    };
    http.expectOne('/attribute-names?limit=50').flush({ attribute_names: [{ name: 'plan', customers: 1234 }] });
    await screen.settle();
    expect(suggested()).toEqual([['plan', '1,234']]);

    await screen.type(screen.input('Attribute'), 'se');
    await jest.advanceTimersByTimeAsync(120);
    http.expectOne('/attribute-names?limit=50&search=se').flush(null, { status: 503, statusText: 'x' });
    await screen.settle();
    expect(suggested()).toEqual([]);

    await screen.choose(on(), 'event');
    http.expectOne('/event-names?limit=50').flush({ event_names: [{ name: 'buy', customers: 1 }] });
    await screen.settle();
    expect(suggested()).toEqual([['buy', '1']]);
    jest.useRealTimers();
  });

  it('counts events within a time, with a choice or a number', async () => {
    await open({ on: 'event', name: 'buy', is: 'at_least', count: 3, within: '-30d' });
    const when = () => screen.one('[data-testid=filter-within]');
    expect(screen.input('Days').value).toBe('30');
    await screen.type(screen.input('Days'), 'x');
    await screen.submit();
    expect(applied).toEqual([]);
    expect(screen.texts('app-field-error')).toContain('Enter a whole number.');
    await screen.type(screen.input('Days'), '7');
    await screen.submit();
    await screen.choose(when(), 'hours');
    await screen.submit();
    await screen.choose(when(), 'this_week');
    await screen.submit();
    await screen.choose(when(), 'ever');
    await screen.submit();
    const filter = { on: 'event', name: 'buy', is: 'at_least', count: 3 };
    expect(applied).toEqual([
      { ...filter, within: '-7d' },
      { ...filter, within: '-7h' },
      { ...filter, within: 'this_week' },
      filter,
    ]);
  });

  it('suggests values of the attribute, with the customers that have each', async () => {
    jest.useFakeTimers();
    try {
      await open();
      await screen.type(screen.input('Attribute'), 'plan');
      await screen.type(screen.input('Value'), 'pr');
      await jest.advanceTimersByTimeAsync(200);
      const request = http.expectOne(({ url }) => url === '/attribute-values');
      expect(request.request.params.toString()).toBe('limit=12&search=pr&name=plan');
      request.flush({ values: [{ value: 'pro', customers: 1234 }], is_sample: false });
      await jest.advanceTimersByTimeAsync(10);
      const options = screen.all<HTMLOptionElement>('[data-testid=filter-values] option');
      expect(options.map(({ value, text }) => [value, text])).toEqual([['pro', '1,234']]);
    } finally {
      jest.useRealTimers();
    }
  });
});
