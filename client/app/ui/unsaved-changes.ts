import { inject } from '@angular/core';
import { CanDeactivateFn } from '@angular/router';

import { Confirm } from './confirm';

/** A page with a form that may hold unsaved changes. */
export interface MayHoldChanges {
  hasUnsavedChanges(): boolean;
  /** Called when the user discards the changes. */
  discardChanges?(): void;
}

/** Asks before a navigation discards unsaved changes. (The page handles `beforeunload`, when the tab is closed.) */
export const unsavedChangesGuard: CanDeactivateFn<MayHoldChanges> = async (page) => {
  if (!page.hasUnsavedChanges()) return true;
  const sure = await inject(Confirm).ask({
    heading: $localize`Discard changes?`,
    text: $localize`What you changed here has not been saved.`,
    confirm: $localize`Discard`,
    cancel: $localize`Keep editing`,
  });
  if (sure) page.discardChanges?.();
  return sure;
};
