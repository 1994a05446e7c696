import type { PipeTransform } from '@nestjs/common';
import { readUserId } from '../domain/customer-id.js';
import { DomainError, type FieldError } from '../domain/errors.js';
import { isObject } from '../domain/json.js';
import { LIMITS } from '../domain/limits.js';
import { hasUnsupportedCharacter } from '../domain/text.js';
import type { CreateCustomerBody, UpdateCustomerBody } from './customer.dto.js';

/*
 * Bodies are read by hand: attributes are data with any names, and a library that walks them takes a member called
 * `constructor` for the class of its object. What is in the attributes is checked by the domain.
 */

/** Reads the body of a POST; a wrong one is an `invalid_request` that names every wrong field. */
export const CREATE_CUSTOMER: PipeTransform<unknown, CreateCustomerBody> = {
  transform(body) {
    const { id, attributes } = readCustomer(body);
    const problems: FieldError[] = [];
    if (!isCustomerId(id)) {
      problems.push(wrong('customer.id', `must be a string of 1 to ${LIMITS.userIdBytes} bytes or a safe integer`));
    }
    if (!isObject(attributes)) problems.push(wrong('customer.attributes', 'must be an object'));
    if (!isCustomerId(id) || !isObject(attributes)) throw invalid(problems);
    return { customer: { id, attributes } };
  },
};

/** Reads the body of a PATCH; a wrong one is an `invalid_request` that names the wrong field. */
export const UPDATE_CUSTOMER: PipeTransform<unknown, UpdateCustomerBody> = {
  transform(body) {
    const { attributes } = readCustomer(body);
    if (!isObject(attributes)) throw invalid([wrong('customer.attributes', 'must be an object')]);
    return { customer: { attributes } };
  },
};

function readCustomer(body: unknown): Record<string, unknown> {
  const customer = isObject(body) ? body.customer : undefined;
  if (!isObject(customer)) throw invalid([wrong('customer', 'must be an object')]);
  return customer;
}

function isCustomerId(value: unknown): value is string | number {
  const id = readUserId(value);
  return id !== undefined && id !== '' && !hasUnsupportedCharacter(id);
}

function wrong(field: string, rule: string): FieldError {
  return { field, message: `${field} ${rule}.` };
}

function invalid(problems: readonly FieldError[]): DomainError {
  return new DomainError('invalid_request', problems.map((problem) => problem.message).join(' '), problems);
}
