import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { CopyButton } from '../../ui/copy-button';
import { Moment } from '../../ui/moment';
import { createdAtSeconds } from '../model/attribute-rules';
import { Customer } from '../model/customer';
import { mailLink } from '../model/value-view';
import { People } from '../state/people';
import { Avatar } from '../ui/avatar';

/** The name, email and id of a customer, and when it was created and last updated; only the id until the record has arrived. */
@Component({
  selector: 'app-customer-head',
  imports: [Avatar, CopyButton, Moment],
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
        <span class="cdk-visually-hidden" i18n>Customer </span><bdi>{{ who?.name ?? id() }}</bdi>
      </h1>
      @if (customer(); as known) {
        <dl>
          <div>
            <dt class="cdk-visually-hidden" i18n>Email</dt>
            <dd data-testid="email">
              @if (who?.email; as address) {
                <a [href]="mailLink(address)"
                  ><bdi>{{ address }}</bdi></a
                ><app-copy-button [what]="emailLabel" [text]="address" />
              } @else {
                <span class="muted" i18n>No email</span>
              }
            </dd>
          </div>
          <div>
            <dt i18n>Id</dt>
            <dd>
              <bdi data-testid="customer-id">{{ id() }}</bdi><app-copy-button [what]="idLabel" [text]="id()" />
            </dd>
          </div>
          <div>
            <dt i18n>Created</dt>
            <dd data-testid="created"><app-moment [seconds]="created()" [distance]="true" /></dd>
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
  /** True if the record is to come: its room is kept. */
  readonly loading = input(false);

  private readonly people = inject(People);
  protected readonly emailLabel = $localize`:what is copied:email`;
  protected readonly idLabel = $localize`:what is copied:id`;
  protected readonly person = computed(() => {
    const customer = this.customer();
    return customer && this.people.of(customer);
  });
  protected readonly created = computed(() => createdAtSeconds(this.customer()?.attributes.created_at));
  protected readonly mailLink = mailLink;
}
