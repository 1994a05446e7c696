/** A value, or a promise of it when the caller has to wait. A promise would add a tenth to the cost of a read that is at hand. */
export type Awaitable<T> = T | Promise<T>;

/** Passes a value on: at once when it is at hand, else when its promise resolves. */
export function andThen<T, Result>(value: Awaitable<T>, next: (value: T) => Result): Awaitable<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
