import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { Screen, heard, render } from '../../../../test/support/component';
import { Customer } from '../model/customer';
import { CustomerOrder } from '../model/customer-query';
import { Column } from '../model/column';
import { ColumnChoice } from '../state/column-choice';
import { Picked } from '../state/picked';
import { CustomerTable } from './customer-table';

const customers: Customer[] = [1004, 'a/b c', '🦊'].map((id) => ({
  id,
  attributes: { email: `${id}@example.com` },
  events: {},
  last_updated: 1_560_964_022,
}));
const columns: Column[] = [
  { kind: 'id', name: '' },
  { kind: 'attribute', name: 'email' },
  { kind: 'attribute', name: 'plan' },
  { kind: 'event', name: 'buy' },
  { kind: 'last_updated', name: '' },
];

describe('CustomerTable', () => {
  let screen: Screen<CustomerTable>;
  let picked: Picked;

  const open = async (order: CustomerOrder = { sort: 'id', order: 'asc' }, gradually = false) => {
    picked = new Picked(signal(100));
    screen = await render(CustomerTable, { customers, columns, order, picked, gradually }, [provideRouter([])]);
  };
  const link = (index: number) => screen.all('a.open')[index];
  const box = (name: string) => screen.input(name);

  it('has a head for each column, in order', async () => {
    await open();
    expect(screen.texts('thead th')).toEqual(['', 'Customer', 'Id', 'Email', 'plan', 'buy', 'Last updated', 'Actions']);
    expect(screen.names('table')).toEqual(['Customers']);
  });

  it('leads to each customer and to its form, whatever the id is', async () => {
    await open();
    expect(screen.all<HTMLAnchorElement>('a.open').map((a) => [a.textContent, a.getAttribute('href')])).toEqual([
      ['1004@example.com', '/customers/1004'],
      ['a/b c@example.com', '/customers/a%2Fb%20c'],
      ['🦊@example.com', '/customers/%F0%9F%A6%8A'],
    ]);
    expect(screen.link('Edit a/b c@example.com · a/b c').getAttribute('href')).toBe('/customers/a%2Fb%20c/edit');
  });

  it('asks for the deletion of the customer in whose row it is pressed', async () => {
    await open();
    const removed = heard(screen.component.remove);
    await screen.click(screen.button('Delete a/b c@example.com · a/b c'));
    expect(removed).toEqual([customers[1]]);
  });

  it('leads to a customer and copies its id in its row', async () => {
    const written: string[] = [];
    const clipboard = { writeText: (text: string) => Promise.resolve(void written.push(text)) };
    Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
    await open();
    expect(screen.link('Open a/b c@example.com · a/b c').getAttribute('href')).toBe('/customers/a%2Fb%20c');
    await screen.click(screen.all('[aria-label="Copy id"]')[1]);
    expect(written).toEqual(['a/b c']);
    expect(screen.all('[data-testid=row-more]')).toEqual([]);
  });

  it('has one menu for the actions of all rows on a narrow screen', async () => {
    const written: string[] = [];
    const clipboard = { writeText: (text: string) => Promise.resolve(void written.push(text)) };
    Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
    // jsdom has no popovers. A toast is one as well.
    const turns: string[] = [];
    const turn = (to: string) =>
      function (this: HTMLElement) {
        if (this.dataset.testid === 'row-menu') turns.push(to);
      };
    Object.assign(HTMLElement.prototype, { showPopover: turn('shown'), hidePopover: turn('hidden') });
    const width = innerWidth;
    window.innerWidth = 390;
    try {
      await open();
      const removed = heard(screen.component.remove);
      const menu = () => screen.texts('[data-testid=row-menu] :is(a, button)');
      expect(menu()).toEqual([]);
      await screen.click(screen.button('More about a/b c@example.com · a/b c'));
      expect([turns, menu()]).toEqual([['shown'], ['Open', 'Edit', 'Copy id', 'Delete', 'Cancel']]);
      const links = screen.all<HTMLAnchorElement>('[data-testid=row-menu] a').map((a) => a.getAttribute('href'));
      expect(links).toEqual(['/customers/a%2Fb%20c', '/customers/a%2Fb%20c/edit']);
      await screen.click(screen.button('Copy id'));
      expect([turns, written]).toEqual([['shown', 'hidden'], ['a/b c']]);
      await screen.click(screen.button('Delete'));
      expect(removed).toEqual([customers[1]]);
      await screen.set({ mayEdit: false, mayDelete: false });
      expect(menu()).toEqual(['Open', 'Copy id', 'Cancel']);
    } finally {
      window.innerWidth = width;
    }
  });

  it('says which order it is in, and only there', async () => {
    await open({ sort: 'email', order: 'desc' });
    expect(screen.all('th').map((head) => head.ariaSort)).toEqual([
      null,
      null,
      null,
      'descending',
      null,
      null,
      null,
      null,
    ]);
    await screen.set({ order: { sort: 'id', order: 'asc' } });
    expect(screen.all('th').map((head) => head.ariaSort)).toEqual([
      null,
      null,
      'ascending',
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('orders names upwards and times downwards at first, and turns the order around then', async () => {
    await open({ sort: 'id', order: 'asc' });
    const ordered = heard(screen.component.ordered);
    for (const name of ['Email', 'Last updated', 'Id']) await screen.click(screen.button(name));
    await screen.set({ order: { sort: 'id', order: 'desc' } });
    await screen.click(screen.button('Id'));
    expect(ordered).toEqual([
      { sort: 'email', order: 'asc' },
      { sort: 'last_updated', order: 'desc' },
      { sort: 'id', order: 'desc' },
      { sort: 'id', order: 'asc' },
    ]);
    // Nothing is ordered by any other column.
    expect(screen.names('thead button')).toEqual(['Id', 'Email', 'Last updated']);
  });

  it('picks customers one by one, and the page as a whole', async () => {
    await open();
    const page = box('Select this page');
    await screen.click(box('Select 1004@example.com · 1004'));
    expect([picked.has(1004), picked.count()]).toEqual([true, 1]);
    expect(screen.all('tr.picked')).toHaveLength(1);
    expect([page.checked, page.indeterminate]).toEqual([false, true]);

    await screen.click(page);
    expect(picked.count()).toBe(3);
    expect([page.checked, page.indeterminate]).toEqual([true, false]);

    await screen.click(page);
    expect(picked.count()).toBe(0);
    expect([page.checked, page.indeterminate]).toEqual([false, false]);
  });

  it('shows all of them picked when all customers of the list are', async () => {
    await open();
    picked.pickAll();
    await screen.settle();
    expect(screen.all<HTMLInputElement>('td.pick input').map(({ checked }) => checked)).toEqual([true, true, true]);
    await screen.click(box('Select a/b c@example.com · a/b c'));
    expect(screen.all<HTMLInputElement>('td.pick input').map(({ checked }) => checked)).toEqual([true, false, true]);
  });

  it('moves the focus from row to row, and stays at the ends', async () => {
    await open();
    const { component } = screen;
    expect(component.current()).toBeNull();
    component.step(1);
    expect(document.activeElement).toBe(link(0));
    component.step(-1);
    expect(document.activeElement).toBe(link(0));
    component.step(1);
    expect(component.current()).toBe(customers[1]);
    for (let i = 0; i < 5; i++) component.step(1);
    expect(document.activeElement).toBe(link(2));
  });

  it('knows the customer in whose row the focus is, also on a button', async () => {
    await open();
    screen.button('Delete a/b c@example.com · a/b c').focus();
    expect(screen.component.current()).toBe(customers[1]);
    screen.component.step(1);
    expect(document.activeElement).toBe(link(2));
    screen.button('Id').focus();
    expect(screen.component.current()).toBeNull();
  });

  it('can draw what is on the screen first and the rest after the first paint', async () => {
    jest.useFakeTimers();
    const height = jest.spyOn(window, 'innerHeight', 'get').mockReturnValue(64);
    try {
      await open({ sort: 'id', order: 'asc' }, true);
      const before = screen.all('tbody tr').length;
      await jest.advanceTimersByTimeAsync(100);
      expect([before, screen.all('tbody tr').length]).toEqual([2, 3]);
    } finally {
      height.mockRestore();
      jest.useRealTimers();
    }
  });

  it('selects from the last one to where Shift is held', async () => {
    await open();
    await screen.click(box('Select 1004@example.com · 1004'));
    box('Select 🦊@example.com · 🦊').dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    await screen.settle();
    expect(picked.count()).toBe(3);
    box('Select 1004@example.com · 1004').dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    await screen.settle();
    expect(picked.count()).toBe(0);
  });

  it('opens a row by a click beside its text, but not by one that selects text', async () => {
    await open();
    const opened: string[] = [];
    screen.root.addEventListener(
      'click',
      (event) => {
        const link = event.target instanceof Element ? event.target.closest('a') : null;
        if (!link) return;
        event.stopPropagation();
        event.preventDefault();
        opened.push(link.getAttribute('href') ?? '');
      },
      true,
    );
    const cell = screen.all('tbody td.id')[1];
    await screen.click(cell);
    expect(opened).toEqual(['/customers/a%2Fb%20c']);
    getSelection()?.selectAllChildren(cell);
    await screen.click(cell);
    expect(opened).toHaveLength(1);
    getSelection()?.removeAllRanges();
  });

  it('marks the words of a search', async () => {
    await open();
    await screen.set({ search: 'EXÁMPLE 100' });
    expect(screen.texts('tbody tr:first-child mark')).toEqual(['100', 'example', '100', '100', 'example']);
  });

  it('moves and resizes columns by keyboard', async () => {
    localStorage.clear();
    await open();
    const choice = TestBed.inject(ColumnChoice);
    const handle = () => screen.one('[data-testid=width-id]');
    expect([handle().role, handle().ariaLabel]).toEqual(['separator', 'Width of Id']);
    const before = Number(handle().ariaValueNow);
    expect(await screen.press(handle(), 'ArrowRight')).toBe(true);
    expect(choice.widths().id).toBe(before + 16);
    await screen.press(handle(), 'Enter');
    expect(choice.widths()).toEqual({});
    await screen.press(handle(), 'ArrowRight', { altKey: true });
    expect(choice.columns().map(({ kind, name }) => name || kind)).toEqual([
      'email',
      'id',
      'created_at',
      'last_updated',
    ]);
    expect(await screen.press(handle(), 'ArrowRight', { ctrlKey: true })).toBe(false);
  });
});
