import { zoneOf } from '../model/customer-filter';
import { CustomerSelection } from '../model/customer-query';

/** Customers by their ids, or all that a search and filters hold for: the selection of a bulk edit or an export. */
export interface WireSelection {
  readonly ids?: (string | number)[];
  readonly search?: string;
  readonly filters?: string[];
  readonly tz?: string;
}

export function wireSelection({ search, filters }: CustomerSelection): WireSelection {
  return { ...(search && { search }), filters: [...filters], ...zoneOf(filters) };
}
