import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, heard, render } from '../../../../test/support/component';
import { DraftRow, draftOf, emptyRow } from '../model/attribute-draft';
import { ValueType } from '../model/attribute-rules';
import { JsonValue } from '../../core/exact-json';
import { RowForm, rowForm } from '../state/attribute-form';
import { AttributeRow } from './attribute-row';

/** The row of an attribute that the record has. */
const rowOf = (name: string, value: JsonValue): DraftRow => {
  const row = draftOf({ [name]: value }).find((row) => row.name === name);
  if (!row) throw new Error('no row');
  return row;
};

describe('AttributeRow', () => {
  let screen: Screen<AttributeRow>;
  let form: RowForm;

  const show = async (row: DraftRow) => {
    form = rowForm(row);
    screen = await render(AttributeRow, { row: form }, HTTP);
  };
  const field = () => screen.one('[data-testid=attribute-value]');
  const change = () => screen.root.getAttribute('data-change');
  const choose = (type: ValueType) => screen.choose(screen.one('[data-testid=attribute-type]'), type);
  const errors = () => {
    const fields = screen.all('[aria-invalid=true]').map((field) => field.getAttribute('aria-describedby') ?? '');
    return fields.flatMap((ids) => screen.texts(`[id="${ids.split(' ')[0]}"]`));
  };

  it.each<[JsonValue, string, string]>([
    ['gold', 'TEXTAREA', 'gold'],
    ['', 'TEXTAREA', ''],
    [1.5, 'INPUT', '1.5'],
    [false, 'SELECT', 'false'],
    [{ a: [1] }, 'TEXTAREA', '{\n  "a": [\n    1\n  ]\n}'],
  ])('edits %j in a field that fits, labelled by the name', async (value, tag, text) => {
    await show(rowOf('plan', value));
    expect(field()).toMatchObject({ tagName: tag, value: text });
    expect(screen.texts(`label[for="${field().id}"]`)).toEqual(['plan']);
    expect([screen.root.role, change()]).toEqual(['listitem', 'none']);
  });

  it('names its buttons and fields after the attribute', async () => {
    await show(rowOf('<b>', 'x'));
    expect(screen.names('button, select')).toEqual(['Type of <b>', 'Rename <b>', 'Remove <b>']);
    const renamed = heard(screen.component.rename);
    await screen.click(screen.button('Rename <b>'));
    expect(renamed).toHaveLength(1);
  });

  it('shows as many lines as there are, 12 at most', async () => {
    await show(rowOf('plan', 'a\nb\nc'));
    const rows = () => screen.one('textarea', HTMLTextAreaElement).rows;
    expect(rows()).toBe(3);
    await screen.type(field(), '\n'.repeat(40));
    expect(rows()).toBe(12);
  });

  describe('a change', () => {
    it('is shown with what was there before, and can be taken back', async () => {
      await show(rowOf('score', 7));
      await screen.type(field(), '8');
      expect([change(), screen.texts('[data-testid=was]')]).toEqual(['changed', ['was 7']]);
      await choose('text');
      await screen.click(screen.button('Undo changing score'));
      expect([change(), form.getRawValue()]).toMatchObject(['none', { type: 'number', value: '7' }]);
      expect(document.activeElement).toBe(screen.button('Remove score'));
    });

    it('shows no more than the beginning of a long value from before', async () => {
      await show(rowOf('plan', 'x'.repeat(500)));
      await screen.type(field(), 'y');
      expect(screen.texts('[data-testid=was]')).toEqual([`was "${'x'.repeat(119)}`]);
    });

    it('of the type writes the value anew where it can be read', async () => {
      await show(rowOf('plan', '1'));
      await choose('boolean');
      expect(field()).toMatchObject({ tagName: 'SELECT', value: 'true' });
      await choose('json');
      expect([form.getRawValue().value, change()]).toEqual(['true', 'changed']);
    });

    it('to nothing says that the attribute goes', async () => {
      await show(rowOf('plan', 'gold'));
      await choose('empty');
      expect(screen.text).toContain('Empty: goes with the next save');
      expect(change()).toBe('removed');
      expect(screen.button('Undo removing plan').title).toBe('Undo');
    });
  });

  it('is removed and taken back by buttons that keep the focus', async () => {
    await show(rowOf('plan', 'gold'));
    await screen.click(screen.button('Remove plan'));
    expect([change(), screen.texts('s'), screen.all('textarea, select')]).toEqual(['removed', ['plan'], []]);
    expect(screen.text).toContain('Goes with the next save');
    expect(document.activeElement).toBe(screen.button('Undo removing plan'));
    await screen.click(screen.button('Undo removing plan'));
    expect([change(), field()]).toMatchObject(['none', { value: 'gold' }]);
    expect(document.activeElement).toBe(screen.button('Remove plan'));
  });

  describe('that is always kept', () => {
    it('can neither be renamed, removed nor emptied', async () => {
      await show(rowOf('email', 'a@b.example'));
      expect(screen.all('button')).toEqual([]);
      expect(screen.texts('.lock')).toEqual(['Always kept']);
      expect(screen.texts('option')).toEqual(['Text', 'Number', 'True/false', 'JSON']);
    });

    it('has the focus in its field after a change was taken back', async () => {
      await show(rowOf('email', 'a@b.example'));
      await screen.type(field(), 'c@d.example');
      screen.button('Undo changing email').focus();
      await screen.click(screen.button('Undo changing email'));
      expect(document.activeElement).toBe(field());
      expect(field()).toHaveProperty('value', 'a@b.example');
    });

    it('says which moment created_at is, while it is one', async () => {
      await show(rowOf('created_at', '1542474417'));
      expect(screen.one('time').getAttribute('datetime')).toBe('2018-11-17T17:06:57.000Z');
      await screen.type(field(), 'soon');
      expect([screen.all('time'), errors()]).toEqual([
        [],
        ['Enter a time as Unix seconds, from 100000000 to 9999999999.'],
      ]);
    });
  });

  describe('that is a time', () => {
    const picker = () => screen.one('[data-testid=attribute-moment]', HTMLInputElement);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

    it('is picked in the zone of the reader, which is shown, and stays in the form of the record', async () => {
      await show(rowOf('seen_at', '2026-11-24T21:40:56+02:00'));
      expect(new Date(picker().value).toISOString()).toBe('2026-11-24T19:40:56.000Z');
      expect([picker().getAttribute('aria-label'), field().tagName]).toEqual(['Date and time of seen_at', 'TEXTAREA']);
      expect(screen.text).toContain(zone);
      const picked = picker().value.replace('2026-11-24', '2026-11-23').replace('2026-11-25', '2026-11-24');
      await screen.type(picker(), picked);
      expect(field()).toHaveProperty('value', '2026-11-23T21:40:56+02:00');
      expect(change()).toBe('changed');
    });

    it('follows what is typed as the value, and is empty beside what is no time', async () => {
      await show(rowOf('created_at', 1542474417));
      const before = picker().value;
      await screen.type(field(), '1542474418');
      expect(picker().value).not.toBe(before);
      await screen.type(field(), 'x');
      expect(picker().value).toBe('');
      await screen.type(picker(), before);
      expect([field(), change()]).toMatchObject([{ value: '1542474417' }, 'none']);
    });

    it('changes nothing while its year is typed', async () => {
      await show(rowOf('created_at', 1542474417));
      const before = picker().value;
      await screen.type(picker(), before.replace('2018', '0202'));
      expect(field()).toHaveProperty('value', '1542474417');
      await screen.type(picker(), '');
      expect(field()).toHaveProperty('value', '');
      expect(errors()).toEqual(['Enter a time as Unix seconds, from 100000000 to 9999999999.']);
    });

    it('is none by its name, if the value of the record is none', async () => {
      await show(rowOf('found_at', 'the corner'));
      expect(screen.all('[data-testid=attribute-moment]')).toEqual([]);
    });
  });

  describe('that is new', () => {
    const known = async (names: readonly object[]) => {
      await jest.advanceTimersByTimeAsync(200);
      const request = TestBed.inject(HttpTestingController).expectOne(({ url }) => url === '/attributes');
      request.flush({ attributes: names, meta: { page: 1, per_page: 20, more: false } });
      await screen.settle();
      return request.request.params.get('search');
    };
    const score = { name: 'score', customers: 1, types: { number: 3, text: 1 } };
    const tags = { name: 'tags', customers: 1200, types: { list: 2 } };

    it('suggests known names with their usual types from the first focus on, and takes such a type', async () => {
      jest.useFakeTimers();
      await show(emptyRow);
      await screen.set({ taken: new Set(['plan']) });
      const name = screen.input('Name of the new attribute');
      name.dispatchEvent(new Event('focus'));
      expect(await known([score, { ...score, name: 'plan' }, tags])).toBeNull();
      const options = screen.all('[data-testid=known-names] option').map((option) => [option.getAttribute('value')]);
      expect([options, screen.texts('[data-testid=known-names] option')]).toEqual([
        [['score'], ['tags']],
        ['Number, 1 customer', 'JSON, 1,200 customers'],
      ]);
      await screen.type(name, 'score');
      expect([form.getRawValue().type, screen.texts('[data-testid=name-hint]')]).toEqual([
        'number',
        ['Number, 1 customer'],
      ]);
      await screen.type(field(), '7');
      await screen.type(name, 'tags');
      expect(await known([tags])).toBe('tags');
      expect(form.getRawValue()).toMatchObject({ type: 'number', value: '7' });
      jest.useRealTimers();
    });

    it('says that a name is new', async () => {
      jest.useFakeTimers();
      await show(emptyRow);
      await screen.type(screen.input('Name of the new attribute'), 'scrore');
      await known([score]);
      expect(screen.texts('[data-testid=name-hint]')).toEqual(['No customer has this name yet.']);
      jest.useRealTimers();
    });

    it('asks for a name and a value', async () => {
      await show(emptyRow);
      expect(screen.names('input, textarea, select, button')).toEqual([
        'Name of the new attribute',
        'Value of the new attribute',
        'Type of the new attribute',
        'Remove the new attribute',
      ]);
      expect(change()).toBe('added');
      await screen.type(screen.input('Name of the new attribute'), 'plan');
      expect(screen.names('textarea')).toEqual(['Value of plan']);
    });

    it('takes the focus in its name, which is selected where it has one', async () => {
      await show({ ...emptyRow, name: 'plan', renamedFrom: 'plan' });
      screen.component.focus();
      const name = screen.input('Name of plan');
      expect(document.activeElement).toBe(name);
      expect([name.selectionStart, name.selectionEnd]).toEqual([0, 4]);
      expect(screen.texts('.name .hint')).toEqual(['in place of plan']);
    });

    it('is dropped, not marked, when it is removed', async () => {
      await show(emptyRow);
      const dropped = heard(screen.component.dropped);
      await screen.click(screen.button('Remove the new attribute'));
      expect([dropped.length, form.controls.removed.value]).toEqual([1, false]);
    });

    it('leads on to another one by Enter, unlike a row of the record', async () => {
      await show({ ...emptyRow, type: 'number' });
      const another = heard(screen.component.another);
      const taken = [
        await screen.press(screen.input('Name of the new attribute'), 'Enter'),
        await screen.press(field(), 'Enter'),
      ];
      expect([taken, another.length]).toEqual([[true, true], 2]);
      await screen.set({ row: rowForm(rowOf('score', 7)) });
      expect([await screen.press(field(), 'Enter'), another.length]).toEqual([false, 2]);
    });

    it('hands on what is more than a name, pasted as the name', async () => {
      await show(emptyRow);
      const pasted = heard(screen.component.pasted);
      const name = screen.input('Name of the new attribute');
      const paste = (text: string) => {
        const clipboardData = { getData: () => text };
        const event = Object.assign(new Event('paste', { cancelable: true }), { clipboardData });
        name.dispatchEvent(event);
        return event.defaultPrevented;
      };
      expect([paste('plan'), paste('two words'), paste('a: 1\nb: 2'), paste('{"a": 1}')]).toEqual([
        false,
        false,
        true,
        true,
      ]);
      await screen.type(name, 'x');
      expect(paste('a: 1\nb: 2')).toBe(false);
      expect(pasted).toEqual(['a: 1\nb: 2', '{"a": 1}']);
    });

    it('says that an empty value adds nothing', async () => {
      await show({ ...emptyRow, name: 'plan', type: 'empty' });
      expect(screen.text).toContain('Nothing to add: an empty value is not kept');
    });
  });

  it('says what is wrong with a value once it is typed', async () => {
    await show(rowOf('plan', 'gold'));
    for (const [type, text, error] of [
      ['text', '', 'Enter a value. To take the attribute away, use Remove.'],
      ['text', 'a\0', 'This has a character that cannot be stored (U+0000 or half of a surrogate pair).'],
      ['number', '0x10', 'Enter a number, such as 42 or -1.5.'],
      ['number', '1e999', 'A number has at most 400 digits before the point and 400 after it.'],
      ['json', 'null', 'null and "" would take the attribute away. Use Remove instead.'],
    ] as const) {
      expect(errors()).toEqual([]);
      await choose(type);
      await screen.type(field(), text);
      expect(errors()).toEqual([error]);
      await screen.click(screen.button('Undo changing plan'));
    }
  });

  it('says what is wrong with a name once it is typed', async () => {
    await show({ ...emptyRow, value: 'x' });
    expect(errors()).toEqual([]);
    for (const [name, error] of [
      ['__proto__', 'This name is reserved. Choose another one.'],
      ['ü'.repeat(76), 'A name has at most 150 bytes.'],
      ['', 'Enter a name.'],
    ]) {
      await screen.type(screen.one('[data-testid=attribute-name]'), name);
      expect(errors()).toEqual([error]);
    }
  });

  it('says that a name is there already, in the new row alone', async () => {
    await show({ ...emptyRow, name: 'plan', value: 'x' });
    await screen.set({ repeated: true });
    expect(errors()).toEqual([]);
    form.markAllAsTouched();
    await screen.settle();
    expect(errors()).toEqual(['There is an attribute with this name already.']);
  });

  it('shows what the server refused, until the value is another one', async () => {
    await show(rowOf('plan', 'gold'));
    await screen.set({ refusal: { message: 'Not this plan.', value: 'gold' } });
    expect(errors()).toEqual(['Not this plan.']);
    await screen.type(field(), 'pro');
    expect(errors()).toEqual([]);
  });

  it.each([
    ['  ', 'Not empty: 2 spaces'],
    ['\n', 'Not empty: 1 line break'],
  ])('says of %j that it is not empty', async (value, text) => {
    await show(rowOf('plan', value));
    expect(screen.texts('[data-testid=white]')).toEqual([text]);
    await screen.type(field(), ' x ');
    expect(screen.all('[data-testid=white]')).toEqual([]);
  });

  describe('Enter in a text', () => {
    const enter = (init: KeyboardEventInit = {}) => screen.press(field(), 'Enter', init);

    it('leads on in a new row', async () => {
      await show({ ...emptyRow, name: 'city' });
      const another = heard(screen.component.another);
      await screen.type(field(), 'Hamburg');
      expect(await enter()).toBe(true);
      expect(another).toHaveLength(1);
    });

    it('starts a line with Shift, in a text that has several, in JSON, and while a word is composed', async () => {
      await show(rowOf('city', 'Hamburg'));
      expect(await enter()).toBe(true);
      expect(await enter({ isComposing: true })).toBe(false);
      expect(await enter({ shiftKey: true })).toBe(false);
      await screen.type(field(), 'a\nb');
      expect(await enter()).toBe(false);
      form = rowForm(rowOf('list', []));
      await screen.set({ row: form });
      expect(await enter()).toBe(false);
    });
  });
});
