import { ChangeDetectionStrategy, Component, Injector, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { lazily } from '../../core/lazy-code';
import { readProblem } from '../../core/problem';
import { useShortcuts } from '../../core/shortcuts';
import { Confirm } from '../../ui/confirm';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toast } from '../../ui/toast';
import { loaded, secondsOf } from '../loaded';
import { LoadFailed } from '../load-failed';
import { PERMISSION_TEXT } from '../permission-text';
import { Token, TokensClient } from '../wire/tokens-client';

/** The tokens, with which programs come in. */
@Component({
  selector: 'app-tokens',
  imports: [EmptyState, Icon, LoadFailed, Moment, Notice, Skeleton],
  templateUrl: './tokens.html',
  styleUrl: '../../ui/rows.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Tokens {
  private readonly client = inject(TokensClient);
  private readonly injector = inject(Injector);
  private readonly confirm = inject(Confirm);
  private readonly toast = inject(Toast);
  private readonly list = loaded(() => this.client.list());
  private readonly loadDialog = lazily(() =>
    Promise.all([import('@angular/material/dialog'), import('./token-dialog')]),
  );

  protected readonly tokens = this.list.state;
  protected readonly secondsOf = secondsOf;
  protected readonly failure = signal<string | null>(null);

  constructor() {
    useShortcuts($localize`Tokens`, [{ keys: 'n', label: $localize`New token`, run: () => void this.make() }]);
  }

  protected permissionsOf({ permissions, effective_permissions: effective }: Token) {
    return permissions.map((one) => ({ name: PERMISSION_TEXT[one], holds: effective.includes(one) }));
  }

  protected isOver({ expires_at: end }: Token): boolean {
    return end !== null && Date.parse(end) <= Date.now();
  }

  protected removeLabel({ name }: Token): string {
    return $localize`Remove ${name}:name:`;
  }

  protected reload(): void {
    void this.list.load();
  }

  protected async make(): Promise<void> {
    const code = await this.loadDialog();
    if (!code) return;
    const [{ MatDialog }, { TokenDialog }] = code;
    const options = { width: '480px', maxWidth: 'calc(100vw - 32px)', disableClose: true };
    await firstValueFrom(this.injector.get(MatDialog).open(TokenDialog, options).afterClosed());
    await this.list.load();
  }

  protected async remove({ id, name }: Token): Promise<void> {
    const sure = await this.confirm.ask({
      heading: $localize`Remove the token ${name}:name:?`,
      text: $localize`Programs that use it are refused from now on.`,
      confirm: $localize`Remove`,
      cancel: $localize`Cancel`,
    });
    if (!sure) return;
    this.failure.set(null);
    try {
      await firstValueFrom(this.client.remove(id));
      void this.toast.show($localize`${name}:name: removed`);
    } catch (error: unknown) {
      this.failure.set(readProblem(error).message);
    }
    await this.list.load();
  }
}
