/** Customers by their ids, or all that a search and filters hold for: the selection of a bulk edit or an export. */
export interface WireSelection {
  readonly ids?: (string | number)[];
  readonly search?: string;
  readonly filters?: string[];
}
