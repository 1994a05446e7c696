import { inject } from '@angular/core';
import { CanDeactivateFn } from '@angular/router';

import { Confirm } from './confirm';

/** A page with a form that may hold unsaved changes. */
export interface MayHoldChanges {
  hasUnsavedChanges(): boolean;
  /** Tells whether the changes are stored in this browser, and come back with the page. */
  keepsDraft?(): boolean;
  /** Called when the user discards the changes. */
  discardChanges?(): void;
}

/** Asks what becomes of unsaved changes before a navigation leaves them. (The page handles `beforeunload`, when the tab is closed.) */
export const unsavedChangesGuard: CanDeactivateFn<MayHoldChanges> = async (page) => {
  if (!page.hasUnsavedChanges()) return true;
  const keeps = page.keepsDraft?.() ?? false;
  const answer = await inject(Confirm).choose({
    heading: keeps ? $localize`Leave without saving?` : $localize`Discard changes?`,
    text: keeps
      ? $localize`What you changed here has not been saved. As a draft it stays in this browser for two weeks.`
      : $localize`What you changed here has not been saved.`,
    confirm: $localize`Discard`,
    cancel: $localize`Keep editing`,
    ...(keeps && { other: $localize`Leave, keep draft` }),
  });
  if (answer === 'confirm') page.discardChanges?.();
  return answer !== 'cancel';
};
