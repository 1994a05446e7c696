/**
 * Keeps Node from reporting an unhandled rejection when an earlier failure stops the caller from awaiting this promise.
 * @returns the same promise, which still rejects for a caller that awaits it
 */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
