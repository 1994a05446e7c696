import { ChangeDetectionStrategy, Component } from '@angular/core';
import { provideRouter } from '@angular/router';

import { Screen, heard, render } from '../../../../test/support/component';
import { ValueType } from '../model/attribute-rules';
import { PastedAttribute } from '../model/pasted-attributes';
import { PastePanel } from './paste-panel';
import { RestoredDraft } from './restored-draft';
import { SaveBar } from './save-bar';

describe('SaveBar', () => {
  @Component({
    imports: [SaveBar],
    template: `
      <app-save-bar [back]="['/customers', 'a/b']" [saving]="false" label="Keep" savingLabel="Keeping…">
        <output>{{ said }}</output>
      </app-save-bar>
    `,
    changeDetection: ChangeDetectionStrategy.OnPush,
  })
  class Page {
    protected readonly said = '2 changed';
  }

  it('is a named group: what is said, the way back, and the button that submits', async () => {
    const screen = await render(Page, {}, [provideRouter([])]);
    expect(screen.names('[role=group]')).toEqual(['Save']);
    expect(screen.texts('app-save-bar output')).toEqual(['2 changed']);
    expect(screen.link('Discard').getAttribute('href')).toBe('/customers/a%2Fb');
    expect(screen.button('Keep').type).toBe('submit');
    expect(screen.link('Discard').getAttribute('aria-keyshortcuts')).toBe('Escape');
    expect(screen.button('Keep').getAttribute('aria-keyshortcuts')).toBe('Control+S Meta+S');
  });

  it('says that it saves, and can be told so again', async () => {
    const inputs = { back: '/customers', saving: true, label: 'Keep', savingLabel: 'Keeping…' };
    const screen = await render(SaveBar, inputs, [provideRouter([])]);
    expect(screen.button('Keeping…').getAttribute('aria-busy')).toBe('true');
    await screen.set({ saving: false });
    expect(screen.button('Keep').getAttribute('aria-busy')).toBe('false');
  });
});

describe('RestoredDraft', () => {
  it('says that a draft is here again, from when, and offers to discard it', async () => {
    const screen = await render(RestoredDraft, { at: 1_560_964_022 });
    const discarded = heard(screen.component.discarded);
    expect(screen.root.role).toBe('status');
    expect(screen.text).toContain('What you typed before is here again');
    expect(screen.one('time').getAttribute('datetime')).toBe('2019-06-19T17:07:02.000Z');
    await screen.click(screen.button('Discard it'));
    expect(discarded).toHaveLength(1);
  });
});

describe('PastePanel', () => {
  let screen: Screen<PastePanel>;
  let applied: (readonly PastedAttribute[])[];
  let closed: unknown[];

  const open = async (start = '', known: [string, ValueType][] = [['plan', 'text']]) => {
    screen = await render(PastePanel, { start, known: new Map(known) });
    applied = heard(screen.component.applied);
    closed = heard(screen.component.closed);
  };
  const field = () => screen.textArea('Paste “name: value” lines, or JSON');
  const read = () => screen.texts('#paste-read p, #paste-read li');
  const apply = () => screen.button('Put into the form');

  it('has the focus, says how to use it, and applies nothing while it is empty', async () => {
    await open();
    expect(document.activeElement).toBe(field());
    expect(field().getAttribute('aria-describedby')).toBe('paste-hint paste-read');
    expect([read(), apply().disabled]).toEqual([[], true]);
    expect(screen.one('#paste-read').ariaLive).toBe('polite');
  });

  it('begins with what was pasted elsewhere', async () => {
    await open('plan: gold\nnew: 1');
    expect(field().value).toBe('plan: gold\nnew: 1');
    expect(read()).toEqual(['2 attributes read, 1 of them there already.']);
  });

  it.each<[string, string[]]>([
    ['plan: gold', ['1 attribute read, 1 of them there already.']],
    ['{"a": 1, "b": {"c": null}}', ['2 attributes read, 0 of them there already.']],
    ['a: 1\na: 2', ['1 attribute read, 0 of them there already.']],
    ['no colon', ['Line 1 has no colon between name and value: no colon']],
    ['[1]', ['Line 1 has no colon between name and value: [1]']],
    ['{"customer": {"attributes": {"a": 1}}}', ['1 attribute read, 0 of them there already.']],
    ['id: 7', ['id: This name is reserved. Choose another one.']],
    ['a: 1\n<b>', ['1 attribute read, 0 of them there already.', 'Line 2 has no colon between name and value: <b>']],
  ])('says of %j what was read', async (text, said) => {
    await open();
    await screen.type(field(), text);
    expect(read()).toEqual(said);
    expect(field().getAttribute('aria-invalid')).toBe(String(said.some((line) => !line.includes('read,'))));
  });

  it('says that JSON is not valid, and why', async () => {
    await open();
    await screen.type(field(), '{"a": }');
    expect(read()).toEqual([expect.stringMatching(/^This is not valid JSON: ./)]);
    expect(apply().disabled).toBe(true);
  });

  it('tells five problems at most, and how many more there are', async () => {
    await open();
    await screen.type(field(), 'x\n'.repeat(7));
    expect(read()).toHaveLength(6);
    expect(read().at(-1)).toBe('and 2 more');
  });

  it('hands on what was read, with a known type where that fits', async () => {
    await open('', [
      ['plan', 'text'],
      ['seats', 'number'],
    ]);
    await screen.type(field(), 'plan: 7\nseats: 25\nvip: true\nnone:\nbroken');
    await screen.click(apply());
    expect(applied).toEqual([
      [
        { name: 'plan', type: 'text', value: '7' },
        { name: 'seats', type: 'number', value: '25' },
        { name: 'vip', type: 'boolean', value: 'true' },
        { name: 'none', type: 'empty', value: '' },
      ],
    ]);
  });

  it('is left by Cancel and by Escape, which goes no further', async () => {
    await open();
    await screen.click(screen.button('Cancel'));
    let further = 0;
    const listen = () => further++;
    document.addEventListener('keydown', listen);
    expect(await screen.press(field(), 'Escape')).toBe(true);
    document.removeEventListener('keydown', listen);
    expect([closed.length, further, applied]).toEqual([2, 0, []]);
  });
});
