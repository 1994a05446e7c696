import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { render } from '../../../../test/support/component';
import { Pager } from './pager';

const show = (page: number, perPage: number, total: number, atLeast = false) =>
  render(Pager, { page, perPage, total, atLeast }, [provideRouter([])]);

describe('Pager', () => {
  it.each([
    [1, 25, 1, false, '1–1 of 1'],
    [2, 10, 12, false, '11–12 of 12'],
    [11, 100, 12_345, false, '1,001–1,100 of 12,345'],
    [1, 25, 10_000, true, '1–25 of 10,000+'],
  ])('on page %d by %d of %d (at least: %s) shows “%s”', async (page, perPage, total, atLeast, range) => {
    const screen = await show(page, perPage, total, atLeast);
    expect(screen.texts('[data-testid=range]')).toEqual([range]);
  });

  it.each([
    ['the only page', 1, 25, []],
    ['the first page', 1, 26, ['Next page']],
    ['a page between', 2, 51, ['Previous page', 'Next page']],
    ['the last page', 3, 51, ['Previous page']],
  ])('leads from %s to where there are pages', async (_, page, total, names) => {
    const screen = await show(page, 25, total);
    expect(screen.names('a[href]')).toEqual(names);
  });

  it('leads to the page before and after, of the same size', async () => {
    const screen = await show(3, 10, 100);
    expect(screen.link('Previous page').getAttribute('href')).toBe('/?page=2&per_page=10');
    expect(screen.link('Next page').getAttribute('href')).toBe('/?page=4&per_page=10');
  });

  it('offers the sizes in order, one of the address among them', async () => {
    const screen = await show(1, 30, 100);
    const select = screen.select('Rows per page');
    expect([...select.options].map(({ value }) => value)).toEqual(['10', '25', '30', '50', '100']);
    expect(select.value).toBe('30');
  });

  it.each([
    ['10', '/?search=a&page=6&per_page=10'],
    ['50', '/?search=a&page=2&per_page=50'],
    ['100', '/?search=a&page=1&per_page=100'],
  ])('goes on with %s rows from the page that shows the first row of now', async (size, url) => {
    const screen = await show(3, 25, 500);
    const router = TestBed.inject(Router);
    await router.navigateByUrl('/?search=a&page=3');
    await screen.choose(screen.select('Rows per page'), size);
    expect(router.url).toBe(url);
  });
});
