import { ApiHeader } from '@nestjs/swagger';
import type { EditSource } from '../domain/customer/history.js';

/** Lets a client say who it is, for the history of edits. */
export const CLIENT_HEADER = 'x-roster-client';

/** Describes {@link CLIENT_HEADER}. */
export const EDIT_SOURCE = ApiHeader({
  name: 'X-Roster-Client',
  required: false,
  schema: { type: 'string', enum: ['admin'] },
  description: 'Who edits, for the history: `admin` is the web admin, everything else the API.',
});

export function editSourceOf(header: string | undefined): EditSource {
  return header === 'admin' ? 'admin' : 'api';
}
