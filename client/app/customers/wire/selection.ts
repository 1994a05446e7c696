import { parsedWhere, zoneOf } from '../model/conditions';
import { CustomerSelection } from '../model/customer-query';

/** Customers by their ids, or all that a search and filters hold for: the selection of a bulk edit or an export. */
export interface WireSelection {
  readonly ids?: (string | number)[];
  /** Those that are left out. */
  readonly except?: (string | number)[];
  readonly search?: string;
  readonly filters?: string[];
  readonly where?: object;
  readonly tz?: string;
}

export function wireSelection(selection: CustomerSelection): WireSelection {
  const { search, filters } = selection;
  const where = parsedWhere(selection.where);
  return { ...(search && { search }), filters: [...filters], ...(where && { where }), ...zoneOf(selection) };
}
