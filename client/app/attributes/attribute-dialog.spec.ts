import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen } from '../../../test/support/component';
import { openDialog } from '../../../test/support/dialog';
import { AttributeDialog, AttributeTask } from './attribute-dialog';

const numbers = { total: 2, examined: 2, changed: 2, unchanged: 0, failed: 0, have: 2, refusals: [], values: [] };

describe('AttributeDialog', () => {
  let screen: Screen;

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const open = async (task: Partial<AttributeTask>) => {
    ({ screen } = await openDialog(AttributeDialog, { does: 'rename', name: 'city', customers: 2, ...task }, HTTP));
    await jest.advanceTimersByTimeAsync(400);
  };
  const preview = async (action: object, sample: object[]) => {
    await jest.advanceTimersByTimeAsync(400);
    const request = TestBed.inject(HttpTestingController).expectOne('/bulk-edits/preview');
    expect(request.request.body).toMatchObject({ action });
    request.flush({ ...numbers, sample });
    await screen.settle();
  };

  it('says how many have the attribute, and which values go on under the new name', async () => {
    await open({});
    expect(screen.texts('[data-testid=have]')).toEqual(['2 customers have it.']);
    await screen.type(screen.one('[data-testid=rename-to]'), 'town');
    await preview({ rename: { from: 'city', to: 'town' } }, [{ id: 1, display_name: 'Ada', from: 'Seattle' }]);
    expect(screen.texts('[data-testid=sample] li')).toEqual(['Adacity → town: Seattle']);
    expect(screen.all('[data-testid=have]')).toEqual([]);
  });

  it('says which values end', async () => {
    await open({ does: 'remove' });
    await preview({ remove: 'city' }, [{ id: 1, display_name: 'Ada', from: 'Seattle' }]);
    expect(screen.texts('[data-testid=sample] li')).toEqual(['AdaSeattle → nothing']);
  });
});
