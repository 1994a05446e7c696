import type { CustomerChange } from '../customer/customer-change.js';
import type { CustomerEdit } from '../customer/customer-repository.js';
import { toStored, unknownCustomer, type CustomerState } from '../customer/customer.js';
import { decideEdit } from '../customer/decide-edit.js';
import {
  deleteCustomer,
  overwriteAttributes,
  patchAttributes,
  suppressCustomer,
  unsuppressCustomer,
} from '../customer/edit.js';
import { restoration } from '../customer/trash.js';
import { API_CLIENT } from '../actor.js';
import { DomainError } from '../errors.js';
import { baselineOf, editEffect, startOfLog, startsLogAnew } from './log-change.js';

const NOW = 1_000;

function known(): CustomerState {
  const state = unknownCustomer('1');
  state.exists = true;
  state.attributes.set('plan', { value: '"free"', timestamp: 10 });
  state.attributes.set('ahead', { value: '1.0', timestamp: 2_000 });
  state.attributes.set('gone', { value: null, timestamp: 20 });
  state.events.set('page', 2);
  state.lastUpdated = 30;
  return state;
}

/** @param from the customer before; undefined if there is none */
function changeOf(
  edit: CustomerEdit,
  from: CustomerState | undefined = known(),
  members: { deletedAt?: number; suppressedAt?: number } = {},
): CustomerChange {
  const stored = from.exists ? toStored(from) : undefined;
  const before = { id: '1', stored, deletedAt: members.deletedAt, suppressedAt: members.suppressedAt };
  const change = decideEdit(before, edit, { actor: API_CLIENT, action: 'updated' });
  if (change instanceof DomainError) throw change;
  return change;
}

const set = (name: string, value: string | null): { name: string; value: string | null } => ({ name, value });

describe('the effect of an edit', () => {
  it('is what it wrote, and when', () => {
    const patch = changeOf((state) => patchAttributes(state, [set('plan', '"pro"'), set('n', null)], NOW));
    expect(editEffect(patch, 5)).toEqual({ kind: 'set', at: NOW, attributes: '{"plan":["pro",1000],"n":[null,1000]}' });
  });

  it('has what it left as it was, and keeps times ahead of the clock', () => {
    const patch = changeOf((state) => patchAttributes(state, [set('plan', '"free"'), set('ahead', '2')], NOW));
    const attributes = '{"ahead":[2,2000],"plan":["free",1000]}';
    expect(editEffect(patch, 5)).toEqual({ kind: 'set', at: NOW, attributes });
    const same = changeOf((state) => patchAttributes(state, [set('ahead', '1.0')], NOW));
    expect(editEffect(same, 5)).toEqual({ kind: 'set', at: NOW, attributes: '{"ahead":[1.0,2000]}' });
    const nothing = changeOf((state) => patchAttributes(state, [], NOW));
    expect(editEffect(nothing, 5)).toEqual({ kind: 'set', at: NOW, attributes: '{}' });
  });

  it('removes what an overwriting leaves out', () => {
    const edit = changeOf((state) => overwriteAttributes(state, [set('plan', '"pro"')], NOW));
    const attributes = '{"ahead":[null,2000],"gone":[null,1000],"plan":["pro",1000]}';
    expect(editEffect(edit, 5)).toEqual({ kind: 'set', at: NOW, attributes });
  });

  it('creates, deletes, suppresses and restores', () => {
    const created = changeOf((state) => patchAttributes(state, [set('n', '1')], NOW), unknownCustomer('1'));
    expect(editEffect(created, 5)).toEqual({ kind: 'set', at: NOW, attributes: '{"n":[1,1000]}' });
    for (const edit of [deleteCustomer, suppressCustomer]) {
      const change = changeOf((state) => edit(state, NOW));
      expect(editEffect(change, 5)).toEqual({ kind: 'deleted', at: NOW, deletedAt: NOW });
    }
    const trashed = {
      stored: toStored(known()),
      deletedAt: 7,
      deletedBefore: 3,
      source: 'api',
      author: undefined,
    } as const;
    const restored = changeOf(restoration(trashed), unknownCustomer('1'), { deletedAt: 7 });
    expect(editEffect(restored, 5)).toEqual({ kind: 'restored', at: 5, deletedBefore: 3, deletedAt: 7 });
  });

  it('is none for an edit without one, and for messages', () => {
    expect(editEffect(changeOf(unsuppressCustomer, unknownCustomer('1'), { suppressedAt: 1 }), 5)).toBeUndefined();
    expect(
      editEffect(
        changeOf(() => undefined),
        5,
      ),
    ).toBeUndefined();
  });
});

describe('the beginning of a log', () => {
  const patch: CustomerEdit = (state) => patchAttributes(state, [], NOW);

  it('is the record before the change', () => {
    const baseline = startOfLog(changeOf(patch, known(), { deletedAt: 4 }), 9);
    expect(baseline).toEqual(baselineOf(toStored(known()), 8, 4));
    expect(baseline).toMatchObject({
      moment: 8,
      time: 2_000,
      deletedAt: 4,
      lastUpdated: 30,
      events: new Map([['page', 2]]),
    });
    expect(baseline?.attributes.get('gone')).toEqual({ value: null, time: 20, moment: 8, index: 0 });
  });

  it('is nothing for a customer that begins, and a mark for one that begins anew', () => {
    expect(startOfLog(changeOf(patch, unknownCustomer('1')), 9)).toBeUndefined();
    const anew = startOfLog(changeOf(patch, unknownCustomer('1'), { deletedAt: 4 }), 9);
    expect(anew).toMatchObject({
      moment: 8,
      time: 4,
      deletedAt: 4,
      lastUpdated: -1,
      attributes: new Map(),
      events: new Map(),
    });
  });

  it('comes again when a deletion is taken back that the log does not hold', () => {
    const trashed = {
      stored: toStored(known()),
      deletedAt: 7,
      deletedBefore: 3,
      source: 'api',
      author: undefined,
    } as const;
    const change = changeOf(restoration(trashed), unknownCustomer('1'), { deletedAt: 7 });
    const since = (deletedAt: number | undefined): boolean =>
      startsLogAnew(change, { exists: true, baseline: baselineOf(toStored(known()), 1, deletedAt) });
    expect(startsLogAnew(change, { exists: false, baseline: undefined })).toBe(true);
    expect(startsLogAnew(change, { exists: true, baseline: undefined })).toBe(false);
    expect([since(undefined), since(3), since(4), since(7)]).toEqual([false, false, true, true]);
    expect(startsLogAnew(changeOf(patch), { exists: false, baseline: undefined })).toBe(false);
  });
});
