import { DomainError } from '../domain/errors.js';
import { LIMITS, utf8Length } from '../domain/limits.js';
import { hasControlCharacter } from '../domain/text.js';

const DEFAULT_NAME = 'upload';

/**
 * Reads the name of an upload from its query. Without a name it is "upload".
 * @throws DomainError `invalid_request` for a name that is given twice, has more than 255 bytes, or holds a control character
 */
export function uploadName(given: unknown): string {
  if (given === undefined || given === '') return DEFAULT_NAME;
  if (typeof given !== 'string') throw refused('is given more than once.');
  const bytes = utf8Length(given);
  if (bytes > LIMITS.ingestionNameBytes)
    throw refused(`has ${bytes} bytes. At most ${LIMITS.ingestionNameBytes} are taken.`);
  if (hasControlCharacter(given)) throw refused('holds a control character.');
  return given;
}

function refused(message: string): DomainError {
  return new DomainError('invalid_request', `name ${message}`, [{ field: 'name', message: `name ${message}` }]);
}
