/** When an event of a customer came first and last, in seconds since the Unix epoch, as far as the log is kept. */
export interface EventTimes {
  readonly first: number;
  readonly last: number;
}
