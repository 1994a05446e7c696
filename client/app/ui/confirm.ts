import { Injectable, Injector, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { lazily } from '../core/lazy-code';
import type { Answer, Question } from './confirm-dialog';

/** Asks before something that can not be undone. */
@Injectable({ providedIn: 'root' })
export class Confirm {
  private readonly injector = inject(Injector);
  private readonly load = lazily(() => Promise.all([import('@angular/material/dialog'), import('./confirm-dialog')]));

  /** @returns whether to go ahead; false without an answer, such as when the dialog can not be loaded */
  async ask(question: Question): Promise<boolean> {
    return (await this.choose(question)) === 'confirm';
  }

  /** @returns the button that was pressed; `cancel` without an answer */
  async choose(question: Question): Promise<Answer> {
    const code = await this.load();
    if (!code) return 'cancel';
    const [{ MatDialog }, { ConfirmDialog }] = code;
    const dialog = this.injector
      .get(MatDialog)
      .open<InstanceType<typeof ConfirmDialog>, Question, Answer>(ConfirmDialog, {
        data: question,
        role: 'alertdialog',
        width: '440px',
        maxWidth: 'calc(100vw - 32px)',
      });
    return (await firstValueFrom(dialog.afterClosed())) ?? 'cancel';
  }
}
