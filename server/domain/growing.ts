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
