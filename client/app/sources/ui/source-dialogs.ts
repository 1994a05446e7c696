import { Injectable, Injector, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { lazily } from '../../core/lazy-code';
import { readProblem } from '../../core/problem';
import { Confirm } from '../../ui/confirm';
import { Toast } from '../../ui/toast';
import { Source } from '../model/source';
import { SourcesClient } from '../wire/sources-client';
import type { SourceTask } from './source-dialog';

/** The changes of sources, as the list and the page of a source offer them. */
@Injectable({ providedIn: 'root' })
export class SourceDialogs {
  private readonly injector = inject(Injector);
  private readonly client = inject(SourcesClient);
  private readonly confirm = inject(Confirm);
  private readonly toast = inject(Toast);
  private readonly load = lazily(() => Promise.all([import('@angular/material/dialog'), import('./source-dialog')]));

  /** Resolves when the dialog is closed. */
  async open(task: SourceTask): Promise<void> {
    const code = await this.load();
    if (!code) return;
    const [{ MatDialog }, { SourceDialog }] = code;
    const width = task.does === 'edit' ? '480px' : '680px';
    const options = { data: task, width, maxWidth: 'calc(100vw - 32px)', disableClose: task.does !== 'edit' };
    await firstValueFrom(this.injector.get(MatDialog).open(SourceDialog, options).afterClosed());
  }

  /** @returns null if it was removed, or the user did not want to; else why not */
  async remove({ id, name }: Source): Promise<{ readonly isRemoved: boolean; readonly failure: string | null }> {
    const sure = await this.confirm.ask({
      heading: $localize`Remove the source ${name}:name:?`,
      text: $localize`Its key is refused from now on, and its counts and rejects go for good. What its messages did to customers stays.`,
      confirm: $localize`Remove`,
      cancel: $localize`Cancel`,
    });
    if (!sure) return { isRemoved: false, failure: null };
    try {
      await firstValueFrom(this.client.remove(id));
      void this.toast.show($localize`${name}:name: removed`);
      return { isRemoved: true, failure: null };
    } catch (error: unknown) {
      return { isRemoved: false, failure: readProblem(error).message };
    }
  }
}
