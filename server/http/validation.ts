import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import type { TransformFnParams } from 'class-transformer';
import { DomainError, type FieldError } from '../domain/errors.js';

/** A body has an entity, the entity has members; what lies deeper is data of others. */
const DATA_DEPTH = 2;

/**
 * class-transformer takes a member called `constructor` for the class of its object, and Nest deletes it, though it is an
 * ordinary name in the data of others. So both see that data only as a function that returns it: see {@link unveil}.
 */
class BodyPipe extends ValidationPipe {
  override transform(body: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    return super.transform(veil(body, 0), metadata);
  }

  protected override stripProtoKeys(): void {
    return;
  }
}

function veil(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DATA_DEPTH || Array.isArray(value)) return () => value;
  const members = Object.entries(value).filter(([name]) => name !== 'constructor');
  return Object.fromEntries(members.map(([name, member]) => [name, veil(member, depth + 1)]));
}

/** For `@Transform`: the data as it was sent. */
export function unveil({ value }: TransformFnParams): unknown {
  return typeof value === 'function' ? (value as () => unknown)() : value;
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
