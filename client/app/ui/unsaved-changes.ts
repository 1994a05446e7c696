import { inject } from '@angular/core';
import { CanDeactivateFn } from '@angular/router';

import { Confirm } from './confirm';

/** A page that a person may have typed into. */
export interface MayHoldChanges {
  hasUnsavedChanges(): boolean;
}

/** Asks before a navigation throws away what was typed. (Closing the tab is the page's own `beforeunload`.) */
export const unsavedChangesGuard: CanDeactivateFn<MayHoldChanges> = (page) =>
  !page.hasUnsavedChanges() ||
  inject(Confirm).ask({
    heading: 'Discard changes?',
    text: 'What you changed here has not been saved.',
    confirm: 'Discard',
    cancel: 'Keep editing',
  });
