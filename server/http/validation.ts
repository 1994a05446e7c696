import type { PipeTransform } from '@nestjs/common';
import { plainToInstance, type ClassConstructor, type TransformFnParams } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { DomainError, type FieldError } from '../domain/errors.js';
import { isObject, JsonNumber } from '../domain/json.js';

/** Depth of an entity in a body, which is an object. */
const ENTITY_DEPTH = 1;
/** Depth of data in a body: a body has an entity, an entity has members, and the values of these may have any names. */
const DATA_DEPTH = 2;

/** A class whose members have rules. */
type Dto = ClassConstructor<object>;

/** Reads a body as its DTO. A wrong body is an `invalid_request` that names every wrong field. Members that the DTO does not have are left out. */
export class BodyPipe<T extends object> implements PipeTransform<unknown, T> {
  constructor(private readonly type: ClassConstructor<T>) {}

  /** @throws DomainError `invalid_request` */
  transform(body: unknown): T {
    const instance = plainToInstance<T, unknown>(this.type, isObject(body) ? veil(body, 0, this.type) : {});
    const errors = validateSync(instance, { validationError: { target: false, value: false } });
    if (errors.length === 0) return instance;
    const details = errors.flatMap((error) => fieldErrors(error, ''));
    throw new DomainError('invalid_request', details.map((detail) => detail.message).join(' '), details);
  }
}

/** Returns data as it was sent. For `@Transform`. */
export function unveil({ value }: TransformFnParams): unknown {
  return typeof value === 'function' ? (value as () => unknown)() : value;
}

/**
 * Hides data from class-transformer, which takes a member called `constructor` for the class of its object. In data that is an ordinary
 * name. So each value is replaced by a function that returns it. validation.spec.ts shows the attack. A list in place of an entity becomes
 * null, as class-validator would look into each of its elements, however deep they are. Outside of data, a number is a `number`. Members
 * without a rule are left out: class-transformer takes 40 µs for each of a hundred thousand.
 * @param type class of the value, if it is a body or an entity
 */
function veil(value: unknown, depth: number, type?: Dto): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === ENTITY_DEPTH && Array.isArray(value)) return null;
  if (depth === DATA_DEPTH || !isObject(value)) return () => value;
  const veiled: Record<string, unknown> = {};
  for (const [name, memberType] of type ? membersOf(type) : NO_MEMBERS)
    if (Object.hasOwn(value, name)) veiled[name] = veil(value[name], depth + 1, memberType);
  return veiled;
}

/** The members of a class that have rules, by their names, with their declared classes. */
type Members = ReadonlyMap<string, Dto | undefined>;

const NO_MEMBERS: Members = new Map();
const known = new Map<Dto, Members>();

/** Finds the rules of a class once: that costs as much as checking a body. */
function membersOf(type: Dto): Members {
  let members = known.get(type);
  if (!members) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
    members = new Map(rules.map(({ propertyName }) => [propertyName, typeOf(type, propertyName)]));
    known.set(type, members);
  }
  return members;
}

/** The declared class of a member, as the compiler keeps it for a member with a decorator. */
function typeOf(type: Dto, name: string): Dto | undefined {
  // Safe: a prototype is an object, and the compiler writes a class.
  return Reflect.getMetadata('design:type', type.prototype as object, name) as Dto | undefined;
}

function fieldErrors({ property, constraints, children }: ValidationError, parent: string): FieldError[] {
  const field = parent + property;
  const rules = Object.entries(constraints ?? {}).filter(
    ([rule], _, all) => rule !== 'nestedValidation' || all.length === 1,
  );
  // Rules are checked from the last one on. The first one is that of the type.
  const own = rules.slice(-1).map(([, message]) => message);
  return [
    ...own.map((rule) => ({ field, message: `${rule}.`.replace(property, field) })),
    ...(own.length > 0 ? [] : (children ?? []).flatMap((child) => fieldErrors(child, `${field}.`))),
  ];
}
