import type { BulkAction } from '../domain/customer/bulk-edit.js';
import type { CustomerChange } from '../domain/customer/customer-change.js';
import { wireId } from '../domain/customer/customer-id.js';
import type { StoredCustomer } from '../domain/customer/customer.js';
import { outcomeOf } from '../domain/customer/decide-edit.js';
import { displayNameOf } from '../domain/customer/display-name.js';
import { readLabels } from '../domain/customer/labels.js';
import { DomainError } from '../domain/errors.js';
import { forEachMember } from '../domain/json-members.js';
import { compareCodePoints } from '../domain/text.js';
import { wireCode } from '../http/error-filter.js';

const MOST_SAMPLES = 10;
const MOST_VALUES = 20;
/** Values with more characters as JSON are not counted one by one. */
const LONG = 1_000;
/** Stands for the absence of a value, which no JSON is. */
const NONE = '';

/** Adds up what a bulk edit would do. */
export class BulkTally {
  examined = 0;
  private have = 0;
  private readonly counts = { changed: 0, unchanged: 0, failed: 0 };
  private readonly refusals = new Map<string, number>();
  private readonly values = new Map<string, number>();
  private readonly changedSamples: string[] = [];
  private readonly failedSamples: string[] = [];

  constructor(
    private readonly action: BulkAction,
    private readonly displayName: Parameters<typeof displayNameOf>[2],
  ) {}

  take(id: string, stored: StoredCustomer | undefined, decision: CustomerChange | DomainError): void {
    this.examined++;
    const value = stored && this.valueIn(stored);
    if (stored && (this.action.does === 'delete' || value !== undefined)) this.have++;
    if (stored && this.action.does !== 'delete') this.countValue(value);
    const { changed, refusal } = outcomeOf(id, decision);
    if (changed) this.counts.changed++;
    else if (!refusal) this.counts.unchanged++;
    else {
      this.counts.failed++;
      const code = wireCode(refusal.code);
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    }
    const samples = refusal ? this.failedSamples : this.changedSamples;
    if ((changed || refusal) && samples.length < MOST_SAMPLES) samples.push(this.sample(id, stored, value, decision));
  }

  /** The members of the answer behind `total`, as JSON. */
  json(): string {
    const { changed, unchanged, failed } = this.counts;
    const refusals = [...this.refusals].map(([code, customers]) => ({ code, customers }));
    const values = [...this.values]
      .sort(
        ([value, a], [other, b]) =>
          b - a || Number(value === NONE) - Number(other === NONE) || compareCodePoints(value, other),
      )
      .slice(0, MOST_VALUES)
      .map(([value, customers]) => `{${value === NONE ? '' : `"value":${value},`}"customers":${customers}}`);
    const sample = [...this.changedSamples, ...this.failedSamples].slice(0, MOST_SAMPLES);
    return (
      `"examined":${this.examined},"changed":${changed},"unchanged":${unchanged},"failed":${failed},"have":${this.have},` +
      `"refusals":${JSON.stringify(refusals)},"values":[${values.join(',')}],"sample":[${sample.join(',')}]`
    );
  }

  /** The value of the customer that the edit changes, as JSON. */
  private valueIn({ attributes, labels }: StoredCustomer): string | undefined {
    const { action } = this;
    switch (action.does) {
      case 'delete':
        return undefined;
      case 'add_label':
      case 'remove_label':
        return readLabels(labels).includes(action.name) ? JSON.stringify(action.name) : undefined;
      case 'set':
      case 'remove':
      case 'rename': {
        let found: string | undefined;
        forEachMember(attributes, (name, value) => {
          if (name === action.name) found = value;
        });
        return found;
      }
      default:
        return action satisfies never;
    }
  }

  private countValue(value = NONE): void {
    if (value.length <= LONG) this.values.set(value, (this.values.get(value) ?? 0) + 1);
  }

  private sample(
    id: string,
    stored: StoredCustomer | undefined,
    from: string | undefined,
    decision: CustomerChange | DomainError,
  ): string {
    // Safe: a record is an object.
    const attributes = JSON.parse(stored?.attributes ?? '{}') as Readonly<Record<string, unknown>>;
    const members = [
      `"id":${JSON.stringify(wireId(id))}`,
      ...(stored ? [`"display_name":${JSON.stringify(displayNameOf(id, attributes, this.displayName))}`] : []),
      ...(from === undefined ? [] : [`"from":${from}`]),
    ];
    if (decision instanceof DomainError) {
      members.push(`"code":"${wireCode(decision.code)}","message":${JSON.stringify(decision.message)}`);
    } else {
      const to = decision.after && this.valueIn(decision.after);
      if (to !== undefined) members.push(`"to":${to}`);
    }
    return `{${members.join(',')}}`;
  }
}
