const SLOTS = 4096;

/** When each customer was written last, in milliseconds, or later: many customers share a slot, so that it never grows. */
export class WriteTimes {
  private readonly slots = new Float64Array(SLOTS).fill(-Infinity);
  private ofAll = -Infinity;
  private latest = -Infinity;

  /** @param ids undefined: nobody knows which */
  note(at: number, ids: readonly string[] | undefined): void {
    this.latest = at;
    if (ids === undefined) this.ofAll = at;
    else for (const id of ids) this.slots[slotOf(id)] = at;
  }

  /** @param id undefined: of any customer */
  last(id: string | undefined): number {
    return id === undefined ? this.latest : Math.max(this.ofAll, this.slots[slotOf(id)]);
  }
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/). */
function slotOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % SLOTS;
}
