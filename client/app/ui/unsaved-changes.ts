import { inject } from '@angular/core';
import { CanDeactivateFn } from '@angular/router';

import { Confirm } from './confirm';

/** A page that a person may have typed into. */
export interface MayHoldChanges {
  hasUnsavedChanges(): boolean;
  /** The person chose to throw them away. */
  discardChanges?(): void;
}

/** Asks before a navigation throws away what was typed. (Closing the tab is the page's own `beforeunload`.) */
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
