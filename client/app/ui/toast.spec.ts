import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { DIALOGS } from '../../../test/support/dialog';
import { Screen } from '../../../test/support/component';
import { Toast } from './toast';

@Component({ template: '', changeDetection: ChangeDetectionStrategy.OnPush })
class Page {}

describe('Toast', () => {
  const screen = new Screen(() => document.body);
  const shown = () => screen.all('mat-snack-bar-container').length;

  it.each([
    ['the next page', () => void TestBed.inject(Router).navigateByUrl('/other')],
    ['the next change', () => document.body.dispatchEvent(new Event('input', { bubbles: true }))],
  ])('stays until %s', async (_what, happens) => {
    TestBed.configureTestingModule({ providers: [...DIALOGS, provideRouter([{ path: '**', component: Page }])] });
    const toast = TestBed.inject(Toast).show('Changes saved');
    await TestBed.inject(Router).navigateByUrl('/customers/7');
    await toast;
    await screen.settle();
    expect(shown()).toBe(1);
    happens();
    await screen.settle();
    await screen.settle();
    expect(shown()).toBe(0);
  });

  it('has a button of its own, which ends it', async () => {
    TestBed.configureTestingModule({ providers: [...DIALOGS, provideRouter([])] });
    let runs = 0;
    await TestBed.inject(Toast).show('Changes saved', { label: 'Undo', run: () => runs++ });
    await screen.settle();
    expect(screen.names('mat-snack-bar-container button')).toEqual(['Undo']);
    await screen.click(screen.button('Undo'));
    await screen.settle();
    expect([runs, shown()]).toEqual([1, 0]);
  });
});
