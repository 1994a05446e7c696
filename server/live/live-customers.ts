import type { AuditAction } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import type { CustomerEdit, CustomerRepository } from '../domain/customer/customer-repository.js';
import { deleteCustomer, suppressCustomer, unsuppressCustomer } from '../domain/customer/edit.js';
import type { CustomerSearch } from '../domain/search/customer-search.js';
import { hasUnsupportedCharacter } from '../domain/text.js';
import type { CommandKind } from './formats/live-call.js';
import type { CommandItem, LiveSender, LiveStore } from './live-sink.js';

const ACTIONS: Readonly<Record<CommandKind, AuditAction>> = {
  delete: 'customer.deleted',
  suppress: 'customer.suppressed',
  unsuppress: 'customer.unsuppressed',
};

/** The customers of live requests that are named by an email or by a command. */
export class LiveCustomers implements LiveStore {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly search: CustomerSearch,
  ) {}

  async findByEmail(email: string): Promise<readonly string[]> {
    if (hasUnsupportedCharacter(email)) return [];
    return this.search.walk({ filters: [{ on: 'attribute', name: 'email', is: 'is', value: email }] }, undefined, 2);
  }

  async command({ kind, userId, at }: CommandItem, { source, origin }: LiveSender): Promise<void> {
    const author = { kind: 'source', id: source.id, name: source.name } as const;
    const actor: Actor = { kind: 'api', author, permissions: [], origin };
    const audit = { author, origin, action: ACTIONS[kind], target: userId, details: {} };
    await this.customers.change(userId, editOf(kind, at), { actor, action: 'updated', audit });
  }
}

function editOf(kind: CommandKind, at: number): CustomerEdit {
  switch (kind) {
    case 'delete':
      return (state) => {
        if (state.exists) deleteCustomer(state, at);
      };
    case 'suppress':
      return (state) => suppressCustomer(state, at);
    case 'unsuppress':
      return unsuppressCustomer;
    default:
      return kind satisfies never;
  }
}
