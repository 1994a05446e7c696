import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, ElementRef, Injector, inject, viewChild } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationStart, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { filter } from 'rxjs';

import { lazily } from './core/lazy-code';
import { useShortcuts } from './core/shortcuts';
import { ConnectionNotice } from './shell/connection-notice';
import { ThemeSwitch } from './shell/theme-switch';
import { Confirm } from './ui/confirm';
import { Icon } from './ui/icon';
import { LanguageMenu } from './ui/language-menu';
import { Toast } from './ui/toast';

@Component({
  selector: 'app-root',
  imports: [
    NgTemplateOutlet,
    RouterOutlet,
    RouterLink,
    RouterLinkActive,
    ConnectionNotice,
    Icon,
    LanguageMenu,
    ThemeSwitch,
  ],
  templateUrl: './app.html',
  styleUrl: './app.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class App {
  private readonly router = inject(Router);
  private readonly injector = inject(Injector);
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');
  private readonly side = viewChild.required<ElementRef<HTMLElement>>('side');

  private readonly loadShortcutList = lazily(() =>
    Promise.all([import('@angular/material/dialog'), import('./shell/shortcut-list')]),
  );

  constructor() {
    // Loads the code of both ahead, because any page may use them.
    inject(Confirm);
    inject(Toast);
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationStart),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.closeDrawer());
    const to = (path: string) => () => void this.router.navigateByUrl(path);
    useShortcuts($localize`Everywhere`, [
      {
        keys: '/',
        label: $localize`Search customers`,
        run: () => void this.router.navigateByUrl('/customers', { state: { search: true } }),
      },
      { keys: 'g c', label: $localize`Go to customers`, run: to('/customers') },
      { keys: 'g o', label: $localize`Go to the overview`, run: to('/overview') },
      { keys: 'g i', label: $localize`Go to ingest`, run: to('/ingest') },
      { keys: 'c', label: $localize`Create a customer`, run: to('/new-customer') },
      { keys: '?', label: $localize`List the shortcuts`, run: () => void this.listShortcuts() },
    ]);
  }

  protected async listShortcuts(): Promise<void> {
    this.closeDrawer();
    const code = await this.loadShortcutList();
    if (!code) return;
    const [{ MatDialog }, { ShortcutList }] = code;
    this.injector.get(MatDialog).open(ShortcutList, { width: '520px', maxWidth: 'calc(100vw - 32px)' });
  }

  /** Moves the focus by hand: a plain `#main` would resolve against the base address and leave the page. */
  protected skipToContent(event: Event): void {
    event.preventDefault();
    this.main().nativeElement.focus();
  }

  private closeDrawer(): void {
    const side = this.side().nativeElement;
    if (side.matches(':popover-open')) side.hidePopover();
  }
}
