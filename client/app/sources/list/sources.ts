import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { loaded, secondsOf } from '../../access/loaded';
import { LoadFailed } from '../../access/load-failed';
import { SessionStore } from '../../core/session';
import { useShortcuts } from '../../core/shortcuts';
import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { Skeleton } from '../../ui/skeleton';
import { DEFAULT_SOURCE } from '../model/source';
import { SourceDialogs } from '../ui/source-dialogs';
import { KIND_TEXT } from '../ui/source-text';
import { SourcesClient } from '../wire/sources-client';

/** The sources of live messages, with what each received. */
@Component({
  selector: 'app-sources',
  imports: [RouterLink, Count, Icon, LoadFailed, Moment, Skeleton],
  templateUrl: './sources.html',
  styleUrl: './sources.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Sources {
  private readonly client = inject(SourcesClient);
  private readonly dialogs = inject(SourceDialogs);
  private readonly session = inject(SessionStore);
  private readonly list = loaded(() => this.client.list());

  protected readonly sources = this.list.state;
  protected readonly kindText = KIND_TEXT;
  protected readonly defaultSource = DEFAULT_SOURCE;
  protected readonly secondsOf = secondsOf;
  protected readonly isOpen = computed(() => this.session.session()?.access === 'open');
  protected readonly mayWatch = computed(() => this.session.may('read'));
  protected readonly periods = [
    { name: 'today', label: $localize`Today (UTC)` },
    { name: 'week', label: $localize`Last 7 days` },
  ] as const;

  constructor() {
    useShortcuts($localize`Sources`, [{ keys: 'n', label: $localize`New source`, run: () => void this.make() }]);
  }

  protected reload(): void {
    void this.list.load();
  }

  protected async make(): Promise<void> {
    await this.dialogs.open({ does: 'make' });
    await this.list.load();
  }
}
