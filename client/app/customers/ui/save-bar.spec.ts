import { ChangeDetectionStrategy, Component } from '@angular/core';
import { provideRouter } from '@angular/router';

import { heard, render } from '../../../../test/support/component';
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
