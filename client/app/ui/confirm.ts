import { Injectable, Injector, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

export interface Question {
  readonly heading: string;
  readonly text: string;
  /** The label of the button that goes ahead. */
  readonly confirm: string;
  /** The label of the button that has the focus at first and changes nothing. */
  readonly cancel: string;
}

/** Asks before something that cannot be taken back. The dialog's code is loaded with the first question. */
@Injectable({ providedIn: 'root' })
export class Confirm {
  private readonly injector = inject(Injector);

  async ask(question: Question): Promise<boolean> {
    const [{ MatDialog }, { ConfirmDialog }] = await Promise.all([
      import('@angular/material/dialog'),
      import('./confirm-dialog'),
    ]);
    const dialog = this.injector
      .get(MatDialog)
      .open<InstanceType<typeof ConfirmDialog>, Question, boolean>(ConfirmDialog, {
        data: question,
        role: 'alertdialog',
        width: '440px',
        maxWidth: 'calc(100vw - 32px)',
      });
    return (await firstValueFrom(dialog.afterClosed())) === true;
  }
}
