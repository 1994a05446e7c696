/** When something last happened to each customer, in milliseconds, or later: many customers share a slot, so that it never grows. */
export class LatestTimes {
  private readonly slots: Float64Array;
  private ofAll = -Infinity;
  private latest = -Infinity;

  constructor(slots: number) {
    this.slots = new Float64Array(slots).fill(-Infinity);
  }

  note(at: number, id: string): void {
    this.latest = at;
    this.slots[this.slotOf(id)] = at;
  }

  /** @param ids undefined: nobody knows which */
  noteEach(at: number, ids: readonly string[] | undefined): void {
    this.latest = at;
    if (ids === undefined) this.ofAll = at;
    else for (const id of ids) this.note(at, id);
  }

  /** @param id undefined: of any customer */
  last(id: string | undefined): number {
    return id === undefined ? this.latest : Math.max(this.ofAll, this.slots[this.slotOf(id)]);
  }

  /** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/). */
  private slotOf(id: string): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
    return (hash >>> 0) % this.slots.length;
  }
}
