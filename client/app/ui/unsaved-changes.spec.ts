import { TestBed } from '@angular/core/testing';
import { ActivatedRouteSnapshot, RouterStateSnapshot } from '@angular/router';

import { Confirm } from './confirm';
import { Answer, Question } from './confirm-dialog';
import { MayHoldChanges, unsavedChangesGuard } from './unsaved-changes';

describe('leaving a page with unsaved changes', () => {
  const leave = async (answer: Answer, keeps: boolean) => {
    const questions: Question[] = [];
    const choose = (question: Question) => Promise.resolve(void questions.push(question)).then(() => answer);
    TestBed.configureTestingModule({ providers: [{ provide: Confirm, useValue: { choose } }] });
    let discarded = false;
    const page: MayHoldChanges = {
      hasUnsavedChanges: () => true,
      keepsDraft: () => keeps,
      discardChanges: () => (discarded = true),
    };
    // Safe: the guard looks at the page alone.
    const nowhere = [{} as ActivatedRouteSnapshot, {} as RouterStateSnapshot, {} as RouterStateSnapshot] as const;
    const leaves = await TestBed.runInInjectionContext(() => unsavedChangesGuard(page, ...nowhere));
    return { leaves, discarded, other: questions.map(({ other }) => other) };
  };

  it.each<[Answer, boolean, object]>([
    ['other', true, { leaves: true, discarded: false, other: ['Leave, keep draft'] }],
    ['confirm', true, { leaves: true, discarded: true, other: ['Leave, keep draft'] }],
    ['cancel', true, { leaves: false, discarded: false, other: ['Leave, keep draft'] }],
    ['cancel', false, { leaves: false, discarded: false, other: [undefined] }],
  ])('by %s, while a draft is kept: %p', async (answer, keeps, outcome) => {
    expect(await leave(answer, keeps)).toEqual(outcome);
  });
});
