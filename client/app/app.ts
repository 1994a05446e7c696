import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';

import { ThemeStore } from './core/theme';
import { Icon } from './ui/icon';

@Component({
  selector: 'app-root',
  imports: [MatButton, RouterOutlet, RouterLink, RouterLinkActive, Icon],
  templateUrl: './app.html',
  styleUrl: './app.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class App {
  private readonly themes = inject(ThemeStore);
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');

  protected readonly other = computed(() => (this.themes.theme() === 'dark' ? 'light' : 'dark'));

  protected toggleTheme(): void {
    this.themes.toggle();
  }

  /** A plain `#main` would resolve against the base address and leave the page. */
  protected skipToContent(event: Event): void {
    event.preventDefault();
    this.main().nativeElement.focus();
  }
}
