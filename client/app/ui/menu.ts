import { ChangeDetectionStrategy, Component, ElementRef, input, viewChild } from '@angular/core';

import { Icon, IconName } from './icon';

/** Distance of the panel from its button, and from the edges of the window (px). */
const GAP_PX = 4;
const EDGE_PX = 8;

let menus = 0;

/** A button that opens a panel below it. Escape, a click elsewhere and a choice in the panel close it. */
@Component({
  selector: 'app-menu',
  host: { '(click)': 'close($event)' },
  imports: [Icon],
  template: `
    <button
      #button
      type="button"
      [class]="text() ? 'quiet' : 'icon-button small'"
      [attr.popovertarget]="id"
      [attr.data-testid]="testid()"
      [attr.aria-label]="text() ? null : label()"
      [title]="text() ? '' : label()"
    >
      <app-icon [name]="icon()" />{{ text() }}
    </button>
    <div #panel class="panel" popover role="group" [id]="id" [attr.aria-label]="label()" (toggle)="turn($event)">
      <ng-content />
    </div>
  `,
  styles: `
    :host {
      display: inline-flex;
    }
    .panel {
      inset: auto;
      position: fixed;
      min-inline-size: 180px;
      max-inline-size: min(420px, calc(100vw - 16px));
      max-block-size: min(440px, 70vh);
      margin: 0;
      padding: var(--space-1);
      border: 1px solid var(--line);
      border-radius: var(--radius);
      overflow-y: auto;
      background: var(--surface);
      color: var(--ink);
      box-shadow: var(--shadow);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Menu {
  /** Names the panel, and the button if it has no text. */
  readonly label = input.required<string>();
  readonly text = input('');
  readonly icon = input<IconName>('more');
  readonly testid = input<string | null>(null);

  protected readonly id = `menu-${menus++}`;
  private readonly button = viewChild.required<ElementRef<HTMLElement>>('button');
  private readonly panel = viewChild.required<ElementRef<HTMLElement>>('panel');

  private isOpen = false;

  /** Puts a panel that opens below the button, within the window. */
  protected turn(event: Event): void {
    this.isOpen = 'newState' in event && event.newState === 'open';
    if (!this.isOpen) return;
    const panel = this.panel().nativeElement;
    const { bottom, left } = this.button().nativeElement.getBoundingClientRect();
    panel.style.top = `${Math.min(bottom + GAP_PX, innerHeight - panel.offsetHeight - EDGE_PX)}px`;
    panel.style.left = `${Math.max(EDGE_PX, Math.min(left, innerWidth - panel.offsetWidth - EDGE_PX))}px`;
  }

  protected close(event: Event): void {
    const isChoice = event.target instanceof Element && event.target.closest('.panel :is(a, button)') !== null;
    if (this.isOpen && isChoice) this.panel().nativeElement.hidePopover();
  }
}
