import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';

import { Icon } from '../../ui/icon';
import { Toast } from '../../ui/toast';
import { Customer } from '../model/customer';
import { Person } from '../model/person';

/** A customer of the list with its texts. */
export interface MenuRow {
  readonly customer: Customer;
  readonly person: Person;
}

/** The actions for one customer of the list, at the lower edge of a phone. One menu serves all rows. */
@Component({
  selector: 'app-row-menu',
  host: { '(click)': 'close()' },
  imports: [RouterLink, Icon],
  template: `
    <div #panel class="panel" popover role="group" data-testid="row-menu" [attr.aria-label]="row()?.person?.title">
      @if (row(); as open) {
        <p class="title" dir="auto">{{ open.person.name }}</p>
        <a [routerLink]="['/customers', open.customer.id]"> <app-icon name="right" /><span i18n>Open</span> </a>
        @if (mayEdit()) {
          <a [routerLink]="['/customers', open.customer.id, 'edit']">
            <app-icon name="edit" /><span i18n>Edit</span>
          </a>
        }
        <button type="button" (click)="copy(open.customer)"><app-icon name="copy" /><span i18n>Copy id</span></button>
        @if (mayDelete()) {
          <button type="button" class="danger" (click)="remove.emit(open.customer)">
            <app-icon name="trash" /><span i18n>Delete</span>
          </button>
        }
        <button type="button" class="cancel"><span i18n>Cancel</span></button>
      }
    </div>
  `,
  styles: `
    .panel {
      inset: auto 0 0;
      inline-size: 100%;
      max-inline-size: none;
      margin: 0;
      padding: var(--space-3) var(--space-3) calc(var(--space-3) + env(safe-area-inset-bottom));
      border: 0;
      border-radius: 14px 14px 0 0;
      background: var(--surface);
      color: var(--ink);
      box-shadow: var(--shadow);
    }
    .panel::backdrop {
      background: rgb(0 0 0 / 35%);
    }
    .title {
      overflow: hidden;
      padding: var(--space-1) var(--space-3) var(--space-2);
      font-weight: 600;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    a,
    button {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      inline-size: 100%;
      min-block-size: 48px;
      padding-inline: var(--space-3);
      border: 0;
      border-radius: var(--radius-s);
      background: none;
      color: var(--ink);
      font: inherit;
      font-size: 15px;
      text-decoration: none;
      cursor: pointer;
    }
    a:hover,
    button:hover {
      background: var(--hover);
    }
    .danger {
      color: var(--danger);
    }
    .cancel {
      justify-content: center;
      margin-block-start: var(--space-2);
      border: 1px solid var(--line-button);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RowMenu {
  readonly mayEdit = input(true);
  readonly mayDelete = input(true);
  readonly remove = output<Customer>();

  protected readonly row = signal<MenuRow | null>(null);
  private readonly clipboard = inject(DOCUMENT).defaultView?.navigator.clipboard;
  private readonly toast = inject(Toast);
  private readonly panel = viewChild.required<ElementRef<HTMLElement>>('panel');

  open(row: MenuRow): void {
    this.row.set(row);
    this.panel().nativeElement.showPopover();
  }

  protected close(): void {
    this.panel().nativeElement.hidePopover();
  }

  protected async copy({ id }: Customer): Promise<void> {
    await this.clipboard?.writeText(String(id));
    void this.toast.show($localize`Id ${String(id)}:id: copied`);
  }
}
