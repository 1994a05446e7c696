/** A copy of twice the length; what is new is 0. */
export function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** A copy of at least twice the length and at least `least` bytes. */
export function grownBytes(array: Uint8Array, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(array.length * 2, least));
  larger.set(array);
  return larger;
}

/** Spreads two integers over the slots of a table. */
export function scatter(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1 | 0) ^ Math.imul(b, 0x85ebca6b | 0);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 12);
}

/** What is used of an array, to be handed to another thread: the array itself where little of it is not used. */
export function cut<T extends Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(array: T, used: number): T {
  return (used * 4 >= array.length * 3 ? array : array.slice(0, used)) as T;
}
