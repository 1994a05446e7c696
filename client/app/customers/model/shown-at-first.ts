/** From so many attributes on there is a search over them. */
export const SEARCHED_FROM = 12;
/** Of the events of a customer so many are shown until all are asked for. */
export const EVENTS_AT_FIRST = 12;
