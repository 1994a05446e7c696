import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';

import { CopyButton } from '../../ui/copy-button';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { createdAtSeconds, textOf } from '../model/attribute-rules';
import { Customer } from '../model/customer';
import { People } from '../state/people';
import { Avatar } from '../ui/avatar';

/** The name and id of a customer, and when it was created and last updated; only the id until the record has arrived. */
@Component({
  selector: 'app-customer-head',
  imports: [Avatar, CopyButton, Icon, Moment],
  template: `
    @let who = person();
    @if (who) {
      <app-avatar class="badge" [person]="who" />
    } @else if (loading()) {
      <span class="badge to-come" aria-hidden="true"></span>
    }
    <div class="who">
      <!-- The same element before and after the record arrives: it has the focus. -->
      <h1>
        <span class="cdk-visually-hidden" i18n>Customer </span><bdi>{{ who?.name ?? (name() || id()) }}</bdi>
      </h1>
      @if (customer(); as known) {
        <dl>
          <div>
            <dt i18n>Id</dt>
            <dd>
              <bdi data-testid="customer-id">{{ id() }}</bdi><app-copy-button [what]="idLabel" [text]="id()" />
            </dd>
          </div>
          <div>
            <dt i18n>Created</dt>
            <dd data-testid="created">
              <app-moment [seconds]="created()" [raw]="raw()" [distance]="true" />
              @if (mayEdit()) {
                <button
                  type="button"
                  class="icon-button small"
                  data-testid="edit-created"
                  aria-label="Edit created_at"
                  i18n-aria-label
                  title="Edit created_at"
                  i18n-title
                  (click)="edit.emit('created_at')"
                >
                  <app-icon name="edit" />
                </button>
              }
            </dd>
          </div>
          <div>
            <dt i18n>Last updated</dt>
            <dd data-testid="last-updated"><app-moment [seconds]="known.last_updated" [distance]="true" /></dd>
          </div>
        </dl>
      } @else if (loading()) {
        <dl aria-hidden="true"><div></div></dl>
      }
      @if (customer() || loading()) {
        <div class="labels"><ng-content /></div>
      }
    </div>
  `,
  styleUrl: './customer-head.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerHead {
  readonly customer = input.required<Customer | null>();
  readonly id = input.required<string>();
  /** The name of a customer without a record; empty for none. */
  readonly name = input('');
  /** True if the record is to come: its room is kept. */
  readonly loading = input(false);

  /** True if the time of the creation can be edited. */
  readonly mayEdit = input(false);
  /** The name of an attribute to edit. */
  readonly edit = output<string>();

  private readonly people = inject(People);
  protected readonly idLabel = $localize`:what is copied:id`;
  protected readonly person = computed(() => {
    const customer = this.customer();
    return customer && this.people.of(customer);
  });
  protected readonly created = computed(() => createdAtSeconds(this.customer()?.attributes.created_at));
  /** The value as the record has it. */
  protected readonly raw = computed(() => textOf(this.customer()?.attributes.created_at ?? ''));
}
