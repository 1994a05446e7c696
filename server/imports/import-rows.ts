import type { ImportRow, RowOutcome } from '../domain/import/accept-rows.js';
import type { RowPlanner } from '../domain/import/row-plan.js';
import { packEntry } from '../domain/log/packed-entries.js';
import type { AttributesMessage } from '../domain/message/message.js';
import { identityOf, type Identity, type MessageIdentifier } from '../domain/message/message-identity.js';
import type { RowEntry } from './row-groups.js';

/** Makes rows of an import ready to be applied. */
export class ImportRows {
  /** @param ingestion the id of the import; 0 for a dry run */
  constructor(
    private readonly planner: RowPlanner,
    private readonly identifier: MessageIdentifier,
    private readonly ingestion: number,
  ) {}

  of(entries: readonly RowEntry[]): ImportRow[] {
    return entries.flatMap((entry) => (entry.customer === undefined ? [] : this.row(entry.customer, entry)));
  }

  private row(userId: string, { row }: RowEntry): ImportRow {
    const { planner, ingestion } = this;
    const identity = planner.hasTimes ? undefined : this.identityOfRow(row.number);
    return {
      userId,
      identity,
      plan: (current) => {
        const plan = planner.plan(row, current);
        if (plan.kind !== 'message') return plan;
        const { message, ...cells } = plan;
        return {
          ...cells,
          identity: identity ?? this.identityOfMessage(message),
          effect: message,
          entry: () => packRow(message, ingestion, row.number),
        };
      },
    };
  }

  /** The identity of a row without a time of its own: the import and the number of the row. */
  private identityOfRow(number: number): Identity {
    const id = `import ${this.ingestion} row ${number}`;
    const nothing = { userId: '', timestamp: 0, data: {}, dataBytes: () => new Uint8Array(), changes: [] };
    return this.identityOfMessage({ type: 'attributes', id, ...nothing, isStampedHere: true });
  }

  private identityOfMessage(message: AttributesMessage): Identity {
    this.identifier.identify(message);
    return identityOf(this.identifier.lanes);
  }
}

/** The outcomes of all entries, in their order. @param accepted those of the entries with a customer */
export function allOutcomes(entries: readonly RowEntry[], accepted: readonly RowOutcome[]): RowOutcome[] {
  let at = 0;
  return entries.map((entry) => (entry.customer === undefined ? entry.rejected : accepted[at++]));
}

function packRow(message: AttributesMessage, ingestion: number, row: number): Uint8Array {
  const { id, timestamp: time, isStampedHere = false } = message;
  const source = { kind: 'import', ingestion, row } as const;
  const own = { kind: 'attributes', id, time, name: undefined, data: message.dataBytes() } as const;
  return packEntry({ ...own, source, keepsEmptyText: false, isStampedHere });
}
