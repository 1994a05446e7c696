import { Injectable, Injector, Type, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import type { BulkTask } from './bulk-dialog';
import type { ExportTask } from './export-dialog';

/** Opens the dialogs of the list. Their code is loaded with the first of each. */
@Injectable({ providedIn: 'root' })
export class ListDialogs {
  private readonly injector = inject(Injector);

  /** @returns whether anything may have been changed */
  async bulk(task: BulkTask): Promise<boolean> {
    const { BulkDialog } = await import('./bulk-dialog');
    return (await this.open<boolean>(BulkDialog, task)) === true;
  }

  async export(task: ExportTask): Promise<void> {
    const { ExportDialog } = await import('./export-dialog');
    await this.open(ExportDialog, task);
  }

  async columns(): Promise<void> {
    const { ColumnDialog } = await import('./column-dialog');
    await this.open(ColumnDialog, null);
  }

  private async open<Result = undefined>(dialog: Type<unknown>, data: unknown): Promise<Result | undefined> {
    const { MatDialog } = await import('@angular/material/dialog');
    const opened = this.injector
      .get(MatDialog)
      .open<unknown, unknown, Result>(dialog, { data, width: '460px', maxWidth: 'calc(100vw - 32px)' });
    return firstValueFrom(opened.afterClosed());
  }
}
