import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { MatTableModule } from '@angular/material/table';
import { RouterLink } from '@angular/router';

import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { createdAtSeconds } from '../data/attribute-rules';
import { Customer } from '../data/customer';

/** A page of customers: a table, or below 720 px a list of cards (the roles stay those of a table). */
@Component({
  selector: 'app-customer-table',
  imports: [MatTableModule, RouterLink, Icon, Moment],
  templateUrl: './customer-table.html',
  styleUrl: './customer-table.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerTable {
  readonly customers = input.required<readonly Customer[]>();
  readonly remove = output<Customer>();

  protected readonly columns = ['id', 'email', 'created', 'updated', 'actions'];

  protected email(customer: Customer): string | null {
    const { email } = customer.attributes;
    return typeof email === 'string' ? email : null;
  }

  protected created(customer: Customer): number | null {
    return createdAtSeconds(customer.attributes.created_at);
  }

  protected identity(_index: number, customer: Customer): string | number {
    return customer.id;
  }
}
