import { NgComponentOutlet, NgTemplateOutlet } from '@angular/common';
import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  Type,
  computed,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationStart, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { filter, firstValueFrom } from 'rxjs';

import { CurrentSession } from './access/current-session';
import { lazily } from './core/lazy-code';
import { LoginAgain } from './core/login-again';
import { whenDrawn } from './core/preload-when-idle';
import { Permission, SessionStore } from './core/session';
import { Shortcut, useShortcuts } from './core/shortcuts';
import { ConnectionNotice } from './shell/connection-notice';
import { ThemeSwitch } from './shell/theme-switch';
import { Confirm } from './ui/confirm';
import { Icon } from './ui/icon';
import { LanguageMenu } from './ui/language-menu';
import { Toast } from './ui/toast';

@Component({
  selector: 'app-root',
  imports: [
    NgComponentOutlet,
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

  private readonly loginAgain = inject(LoginAgain);
  private readonly current = inject(CurrentSession);
  protected readonly session = inject(SessionStore);

  private readonly loadShortcutList = lazily(() =>
    Promise.all([import('@angular/material/dialog'), import('./shell/shortcut-list')]),
  );

  private readonly loadPalette = lazily(() =>
    Promise.all([import('@angular/material/dialog'), import('./customers/palette/palette')]),
  );

  protected readonly openText = /^(?:.*\.)?localhost$|^127\.|^\[::1\]$/.test(location.hostname)
    ? $localize`Open to everyone on this machine`
    : $localize`Open to everyone`;
  protected readonly creates = computed(() => this.session.may('write'));
  protected readonly manages = computed(() => this.session.user() !== null && this.session.may('manage'));
  private readonly loadLogin = lazily(() =>
    Promise.all([import('@angular/material/dialog'), import('./access/login/login-dialog')]),
  );

  /** The segments of the navigation, once the page is drawn. */
  protected readonly segments = signal<Type<unknown> | null>(null);

  constructor() {
    void this.showSegments();
    // Loads the code of both ahead, because any page may use them.
    inject(Confirm);
    inject(Toast);
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationStart),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.closeDrawer());
    effect(() => {
      if (this.loginAgain.asks()) untracked(() => void this.askLogin());
    });
    const to = (path: string) => () => void this.router.navigateByUrl(path);
    const may = (permission: Permission) => (): boolean => this.session.may(permission);
    const everywhere: readonly Shortcut[] = [
      {
        keys: 'mod+k',
        label: $localize`Find a customer, a segment, a page or an action`,
        inFields: true,
        run: () => void this.openPalette(everywhere),
      },
      {
        keys: '/',
        label: $localize`Search customers`,
        when: may('read'),
        run: () => void this.router.navigateByUrl('/customers', { state: { search: true } }),
      },
      { keys: 'g c', label: $localize`Go to customers`, when: may('read'), run: to('/customers') },
      { keys: 'g o', label: $localize`Go to the overview`, when: may('read'), run: to('/overview') },
      { keys: 'g n', label: $localize`Go to the attributes`, when: may('read'), run: to('/attributes') },
      { keys: 'g i', label: $localize`Go to ingest`, when: may('read'), run: to('/ingest') },
      { keys: 'g s', label: $localize`Go to sources`, when: may('manage'), run: to('/sources') },
      {
        keys: 'g l',
        label: $localize`Go to the live view`,
        when: () => this.session.may('manage') && this.session.may('read'),
        run: to('/live'),
      },
      { keys: 'g u', label: $localize`Go to users`, when: this.manages, run: to('/users') },
      { keys: 'g t', label: $localize`Go to tokens`, when: this.manages, run: to('/tokens') },
      { keys: 'g a', label: $localize`Go to the audit`, when: this.manages, run: to('/audit') },
      { keys: 'c', label: $localize`Create a customer`, when: may('write'), run: to('/new-customer') },
      { keys: '?', label: $localize`List the shortcuts`, run: () => void this.listShortcuts() },
    ];
    useShortcuts($localize`Everywhere`, everywhere);
  }

  /** @param shortcuts whose actions the palette offers, behind its own */
  private async openPalette(shortcuts: readonly Shortcut[]): Promise<void> {
    this.closeDrawer();
    const code = await this.loadPalette();
    if (!code) return;
    const [{ MatDialog }, { Palette }] = code;
    const [, ...commands] = shortcuts.filter(({ when }) => when?.() ?? true);
    const data = commands.map((command) => ({
      label: command.label,
      run: () => command.run(new KeyboardEvent('keydown')),
    }));
    this.injector.get(MatDialog).open(Palette, {
      data,
      ariaLabel: $localize`Go to`,
      width: '640px',
      maxWidth: 'calc(100vw - 24px)',
      position: { top: 'min(12vh, 120px)' },
    });
  }

  private async showSegments(): Promise<void> {
    try {
      await whenDrawn();
      // Part of the code of the list: a file of its own would cut what both share out of it.
      const { SegmentNav } = await import('./customers/list/customer-list');
      this.segments.set(SegmentNav);
    } catch {
      // The list has the segments as well.
    }
  }

  protected async listShortcuts(): Promise<void> {
    this.closeDrawer();
    const code = await this.loadShortcutList();
    if (!code) return;
    const [{ MatDialog }, { ShortcutList }] = code;
    this.injector.get(MatDialog).open(ShortcutList, { width: '520px', maxWidth: 'calc(100vw - 32px)' });
  }

  protected logOut(): void {
    void this.current.end();
  }

  /** Asks for a login over the page, which stays as it is. */
  private async askLogin(): Promise<void> {
    const code = await this.loadLogin();
    if (!code) {
      this.loginAgain.answer(false);
      return;
    }
    const [{ MatDialog }, { LoginDialog }] = code;
    const autoFocus = this.session.user() ? '#login-password' : '#login-email';
    const options = { width: '420px', maxWidth: 'calc(100vw - 32px)', disableClose: true, autoFocus };
    const dialog = this.injector.get(MatDialog).open<unknown, unknown, boolean>(LoginDialog, options);
    // Another tab may have logged in meanwhile.
    const answered = effect(
      () => {
        if (!this.loginAgain.asks()) dialog.close(true);
      },
      { injector: this.injector },
    );
    const again = await firstValueFrom(dialog.afterClosed());
    answered.destroy();
    this.loginAgain.answer(again ?? false);
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
