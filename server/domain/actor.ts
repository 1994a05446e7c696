/** Describes which client acts, for the history. It grants nothing: without a login nothing proves who acts. */
export interface Actor {
  readonly kind: 'api' | 'admin';
}

/** A program that calls the API. */
export const API_CLIENT: Actor = { kind: 'api' };

/** The web admin in a browser. */
export const WEB_ADMIN: Actor = { kind: 'admin' };
