import fc from 'fast-check';
import { DomainError } from '../errors.js';
import { toState, unknownCustomer, type CustomerState } from './customer.js';
import { patchAttributes } from './edit.js';
import { changesJson, editsBetween, readChanges, type HistoryEntry } from './history.js';
import { undoEdit } from './undo.js';

const name = fc.constantFrom('a', 'email', '"', '\\', '__proto__ ', '😀', '0');
const value = fc.oneof(
  fc.constantFrom('1', '1.0', '1e400', 'true', '[]', '{}', '[1,{"a":"]"}]', '"}"'),
  fc.string().map((text) => JSON.stringify(text)),
);
const values = fc.dictionary(name, value).map((some) => Object.entries(some));
const changes = fc
  .dictionary(name, fc.option(value))
  .map((some) => Object.entries(some).map(([one, json]) => ({ name: one, value: json })));

function stateOf(members: readonly (readonly [name: string, value: string])[]): CustomerState {
  const state = unknownCustomer('1');
  state.exists = true;
  for (const [one, json] of members) state.attributes.set(one, { value: json, timestamp: 5 });
  return state;
}

/** Edits a state. @returns the entry */
function edit(
  state: CustomerState,
  some: Parameters<typeof patchAttributes>[1],
): Pick<HistoryEntry, 'action' | 'at' | 'changes'> {
  const before = new Map(state.attributes);
  patchAttributes(state, some, 10);
  return { action: 'updated', at: 10, changes: changesJson(editsBetween(before, state.attributes)) };
}

function valuesOf({ attributes }: CustomerState): unknown[] {
  return [...attributes].flatMap(([one, { value: json }]) => (json === null ? [] : [[one, json]])).sort();
}

function refusalOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

describe('undo', () => {
  it('gives back all values, whatever they are', () => {
    fc.assert(
      fc.property(values, changes, (members, some) => {
        const state = stateOf(members);
        const before = valuesOf(state);
        const entry = edit(state, some);
        const edited = valuesOf(state);
        const back = new Map(state.attributes);
        undoEdit(entry, 20)(state, undefined);
        expect(valuesOf(state)).toEqual(before);
        const second = { ...entry, changes: changesJson(editsBetween(back, state.attributes)) };
        undoEdit(second, 30)(state, undefined);
        expect(valuesOf(state)).toEqual(edited);
      }),
    );
  });

  it('reads changes as they were written', () => {
    fc.assert(
      fc.property(values, changes, (members, some) => {
        const { changes: json } = edit(stateOf(members), some);
        expect(changesJson(readChanges(json))).toBe(json);
        expect(() => JSON.parse(json) as unknown).not.toThrow();
      }),
    );
  });

  it('is refused if a value differs, and once everything is as before', () => {
    const state = stateOf([['a', '1']]);
    const entry = edit(state, [{ name: 'a', value: '2' }]);
    patchAttributes(state, [{ name: 'a', value: '2.0' }], 11);
    const same = toState('1', undefined, undefined);
    patchAttributes(same, [{ name: 'a', value: '3' }], 11);
    expect(refusalOf(() => undoEdit(entry, 20)(same, undefined))).toBe('attributes_changed');
    expect(refusalOf(() => undoEdit(entry, 20)(state, undefined))).toBeUndefined();
    expect(valuesOf(state)).toEqual([['a', '1']]);
    expect(refusalOf(() => undoEdit(entry, 30)(state, undefined))).toBe('attributes_changed');
    expect(refusalOf(() => undoEdit(entry, 30, true)(state, undefined))).toBe('nothing_to_undo');
  });

  it('is refused for an entry from before a deletion', () => {
    const state = stateOf([]);
    const entry = edit(state, [{ name: 'a', value: '2' }]);
    state.deletedAt = 11;
    expect(refusalOf(() => undoEdit(entry, 20)(state, undefined))).toBe('attributes_changed');
  });
});
