import { FieldProblem, Problem } from '../../core/problem';

const ATTRIBUTE = 'customer.attributes.';

/** A refusal of the server, and the value it is about. It is hidden once that value changes. */
export interface Refusal {
  readonly message: string;
  readonly value: string;
}

export interface SortedProblem {
  /** Messages by the name of the attribute. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly id: string | null;
  /** Messages about no field of the form. */
  readonly others: readonly string[];
}

/** Assigns the messages of the server to the fields of a form. A name may hold dots: everything after the prefix is the name. */
export function sortProblem(problem: Problem, names: ReadonlySet<string>): SortedProblem {
  const attributes = new Map<string, string>();
  const others: string[] = [];
  let id: string | null = null;
  for (const { field, message } of problem.details) {
    const name = attributeOf(field);
    if (field === 'customer.id') id = message;
    else if (name !== null && names.has(name)) attributes.set(name, message);
    else others.push(`${field}: ${message}`);
  }
  return { attributes, id, others };
}

function attributeOf(field: FieldProblem['field']): string | null {
  return field.startsWith(ATTRIBUTE) ? field.slice(ATTRIBUTE.length) : null;
}
