import { Injectable, Injector, Type, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { lazily } from '../../core/lazy-code';
import type { BulkTask } from './bulk-task';
import type { ExportTask } from './export-dialog';

type Material = typeof import('@angular/material/dialog');

const loadMaterial = (): Promise<Material> => import('@angular/material/dialog');

/** Opens the dialogs of the list. */
@Injectable({ providedIn: 'root' })
export class ListDialogs {
  private readonly injector = inject(Injector);
  private readonly loadBulk = lazily(() => Promise.all([loadMaterial(), import('./bulk-dialog')]));
  private readonly loadExport = lazily(() => Promise.all([loadMaterial(), import('./export-dialog')]));
  private readonly loadColumns = lazily(() => Promise.all([loadMaterial(), import('./column-dialog')]));

  /** @returns whether customers may have changed */
  async bulk(task: BulkTask): Promise<boolean> {
    const code = await this.loadBulk();
    return code !== null && (await this.open<boolean>(code[0], code[1].BulkDialog, task)) === true;
  }

  async export(task: ExportTask): Promise<void> {
    const code = await this.loadExport();
    if (code) await this.open(code[0], code[1].ExportDialog, task);
  }

  async columns(): Promise<void> {
    const code = await this.loadColumns();
    if (code) await this.open(code[0], code[1].ColumnDialog, null);
  }

  private async open<Result = undefined>(
    { MatDialog }: Material,
    dialog: Type<unknown>,
    data: unknown,
  ): Promise<Result | undefined> {
    const opened = this.injector
      .get(MatDialog)
      .open<unknown, unknown, Result>(dialog, { data, width: '460px', maxWidth: 'calc(100vw - 32px)' });
    return firstValueFrom(opened.afterClosed());
  }
}
