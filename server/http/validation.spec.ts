import 'reflect-metadata';
import { plainToInstance, Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsNotEmpty, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';
import { DomainError } from '../domain/errors.js';
import { BodyPipe, unveil } from './validation.js';

class Inner {
  @IsString()
  id!: string;

  @Transform(unveil)
  @IsObject()
  attributes!: Record<string, unknown>;
}

class Outer {
  @Transform(unveil)
  @IsObject()
  @ValidateNested()
  @Type(() => Inner)
  customer!: Inner;
}

describe('type confusion by a member called constructor, which class-transformer takes for the class of its object', () => {
  const pipe = new BodyPipe(Outer);

  it('is real: without the veil such data ends in an error of the library', () => {
    expect(() => plainToInstance(Inner, { id: '1', attributes: { deep: { constructor: 'x' } } })).toThrow(TypeError);
  });

  it.each([
    ['in data', '{"customer":{"id":"1","attributes":{"constructor":"x","deep":{"constructor":{"name":"y"}}}}}'],
    ['in a list in data', '{"customer":{"id":"1","attributes":{"list":[{"constructor":"x"}]}}}'],
  ])('does nothing %s, which stays as it was sent', (_where, body) => {
    const { customer } = JSON.parse(body) as { customer: object };
    expect(JSON.stringify(pipe.transform(JSON.parse(body)).customer)).toBe(JSON.stringify(customer));
  });

  it.each([
    '{"constructor":"x","customer":{"id":"1","attributes":{}}}',
    '{"customer":{"constructor":1,"id":"1","attributes":{}}}',
  ])('does nothing beside the members of an entity: %s', (body) => {
    const { customer } = pipe.transform(JSON.parse(body));
    expect(Object.fromEntries(Object.entries(customer))).toEqual({ id: '1', attributes: {} });
  });

  it.each(['[{"constructor":null}]', '[[[[]]]]', '[]', '5', 'null'])('is not looked for in %s', (customer) => {
    const refuse = (): unknown => pipe.transform(JSON.parse(`{"customer":${customer}}`));
    const message = 'customer must be an object.';
    expect(refuse).toThrow(new DomainError('invalid_request', message, [{ field: 'customer', message }]));
  });

  it('does nothing by __proto__ either: no prototype is changed', () => {
    const body = JSON.parse(
      '{"__proto__":{"polluted":1},"customer":{"__proto__":{"polluted":1},"id":"1","attributes":{}}}',
    ) as object;
    const instance = pipe.transform(body);
    expect([instance, instance.customer, {}].some((object) => 'polluted' in object)).toBe(false);
  });
});

describe('members that the DTO does not have', () => {
  const MANY = 50_000;
  const others = (): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: MANY }, (_, at) => [`other${at}`, at]));

  it('are left out of the body and of an entity, but not of data', () => {
    const attributes = { a: 1, other: { b: 2 } };
    const body = new BodyPipe(Outer).transform({ x: 1, customer: { id: '1', attributes, x: {} }, y: [] });
    expect(JSON.parse(JSON.stringify(body))).toEqual({ customer: { id: '1', attributes } });
  });

  it('of a class that it extends are kept', () => {
    class Named extends Inner {
      @IsString()
      name!: string;
    }
    const body = { id: '1', name: 'n', attributes: { a: 1 } };
    expect(new BodyPipe(Named).transform(body)).toMatchObject({ id: '1', name: 'n' });
  });

  it('cost next to nothing, however many they are', () => {
    const body = { ...others(), customer: { ...others(), id: '1', attributes: {} } };
    const start = process.cpuUsage();
    new BodyPipe(Outer).transform(body);
    expect(process.cpuUsage(start).user).toBeLessThan(100_000);
  });
});

describe('a wrong member', () => {
  class Inside {
    @IsString()
    @IsNotEmpty()
    @MaxLength(3)
    name!: string;

    @Transform(unveil)
    @IsArray()
    @ArrayMaxSize(1)
    list!: unknown[];
  }

  class Sizes {
    @ValidateNested()
    @Type(() => Inside)
    sizes!: Inside;
  }

  it.each([
    ['{"name":5,"list":"x"}', 'sizes.name must be a string. sizes.list must be an array.'],
    ['{"name":"","list":[1]}', 'sizes.name should not be empty.'],
    [
      '{"name":"long","list":[1,2]}',
      'sizes.name must be shorter than or equal to 3 characters. sizes.list must contain no more than 1 elements.',
    ],
  ])('is told by its type first: %s', (body, message) => {
    expect(() => new BodyPipe(Sizes).transform(JSON.parse(`{"sizes":${body}}`))).toThrow(message);
  });
});
