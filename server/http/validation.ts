import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { DomainError, type FieldError } from '../domain/errors.js';

/** Nest deletes members called `constructor` or `prototype`, which are ordinary names here; the parser refuses `__proto__`. */
class BodyPipe extends ValidationPipe {
  protected override stripProtoKeys(): void {
    return;
  }
}

/** Checks a body against its DTO; a wrong one is an `invalid_request` that names every wrong field. */
export const BODY = new BodyPipe({
  transform: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors) => {
    const details = errors.flatMap((error) => fieldErrors(error, ''));
    return new DomainError('invalid_request', details.map((detail) => detail.message).join(' '), details);
  },
});

function fieldErrors({ property, constraints, children }: ValidationError, parent: string): FieldError[] {
  const field = parent + property;
  const own = Object.values(constraints ?? {}).slice(0, 1);
  return [
    ...own.map((message) => ({ field, message: `${message}.`.replace(property, field) })),
    ...(children ?? []).flatMap((child) => fieldErrors(child, `${field}.`)),
  ];
}
