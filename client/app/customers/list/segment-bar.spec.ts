import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { SegmentsStore } from '../state/segments-store';
import { SegmentBar } from './segment-bar';

const gold = {
  id: 2,
  name: 'Gold & <b>more</b>',
  customers: 12_345,
  customers_is_minimum: true,
  search: 'so fia',
  filters: ['attribute:plan:is:gold', 'event:buy:never'],
  sort: 'email',
  order: 'desc',
};
const all = { id: 1, name: 'ärger', customers: 0, search: '', filters: [], sort: 'id', order: 'asc' };

describe('SegmentBar', () => {
  const show = async (active: number | null, everybody: boolean): Promise<Screen<SegmentBar>> => {
    TestBed.configureTestingModule({ providers: [...HTTP, provideRouter([])] });
    const loaded = TestBed.inject(SegmentsStore).load();
    TestBed.inject(HttpTestingController)
      .expectOne('/segments')
      .flush({ segments: [gold, all] });
    await loaded;
    return render(SegmentBar, { active, everybody });
  };
  const current = (screen: Screen) => screen.names('[aria-current=page]');

  it('lists all customers and every segment by name, with how many it holds', async () => {
    const screen = await show(null, true);
    expect(screen.names('nav')).toEqual(['Segments']);
    expect(screen.texts('a')).toEqual(['All customers', 'ärger0', 'Gold & <b>more</b>12,345+']);
  });

  it('leads to the list that a segment holds', async () => {
    const screen = await show(null, true);
    const address = screen.link('Gold & <b>more</b>12,345+').getAttribute('href') ?? '';
    const { searchParams } = new URL(address, 'http://localhost');
    expect([...searchParams]).toEqual([
      ['search', 'so fia'],
      ['filter', 'attribute:plan:is:gold'],
      ['filter', 'event:buy:never'],
      ['sort', 'email'],
      ['order', 'desc'],
      ['segment', '2'],
    ]);
    expect(screen.link('ärger0').getAttribute('href')).toBe('/?segment=1');
    expect(screen.link('All customers').getAttribute('href')).toBe('/');
  });

  it('says which one is open', async () => {
    const screen = await show(2, false);
    expect(current(screen)).toEqual(['Gold & <b>more</b>12,345+']);
    await screen.set({ active: null });
    expect(current(screen)).toEqual([]);
    await screen.set({ everybody: true });
    expect(current(screen)).toEqual(['All customers']);
  });
});
