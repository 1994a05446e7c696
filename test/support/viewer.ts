import type { Session } from '../../client/app/core/session';

/** The session of a user who may only read. */
export const VIEWER: Session = {
  access: 'closed',
  user: { id: 2, email: 'bob@example.com', name: 'Bob', role: 'viewer' },
  permissions: ['read'],
  single_sign_on: false,
};
