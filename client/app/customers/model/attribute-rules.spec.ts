import {
  RuleCode,
  ValueType,
  createdAtSeconds,
  idProblem,
  nameProblem,
  namedValueProblem,
  readValue,
} from './attribute-rules';
import { JsonNumber, JsonValue } from '../../core/exact-json';

describe('an attribute name', () => {
  it.each<[string, RuleCode | null]>([
    ['plan', null],
    ['constructor', null],
    ['toString', null],
    ['שם', null],
    ['a'.repeat(150), null],
    ['a'.repeat(151), 'name_too_long'],
    ['é'.repeat(76), 'name_too_long'],
    ['', 'name_empty'],
    ['id', 'name_reserved'],
    ['__proto__', 'name_reserved'],
    ['a\0b', 'character'],
    ['a\ud800', 'character'],
    ['😀', null],
  ])('%j: %s', (name, problem) => expect(nameProblem(name)).toBe(problem));
});

describe('an id', () => {
  it.each<[string, RuleCode | null]>([
    ['1004', null],
    ['a/b c%d', null],
    ['', 'id_empty'],
    ['x'.repeat(151), 'id_too_long'],
    ['..', 'id_dots'],
    ['a\udfff', 'character'],
  ])('%j: %s', (id, problem) => expect(idProblem(id)).toBe(problem));
});

describe('a typed value', () => {
  it.each<[ValueType, string, JsonValue]>([
    ['text', '42', '42'],
    ['text', ' ', ' '],
    ['text', 'a\nb', 'a\nb'],
    ['number', '42', 42],
    ['number', ' -1.5 ', -1.5],
    ['number', '1.0', new JsonNumber('1.0')],
    ['number', '-1.5e3', new JsonNumber('-1.5e3')],
    ['number', '3544790567247868102', new JsonNumber('3544790567247868102')],
    ['number', '007', 7],
    ['number', '-00.50', new JsonNumber('-0.50')],
    ['number', '-.5', -0.5],
    ['number', '5.', 5],
    ['number', '5.e3', new JsonNumber('5e3')],
    ['number', '9'.repeat(400), new JsonNumber('9'.repeat(400))],
    ['json', '{"a":[1.0]}', { a: [new JsonNumber('1.0')] }],
    ['boolean', 'false', false],
    ['json', '{"a":[1,null]}', { a: [1, null] }],
    ['json', '"text"', 'text'],
    ['json', '0', 0],
    ['text', 'a'.repeat(9_998), 'a'.repeat(9_998)],
  ])('of type %s: %j', (type, typed, value) => expect(readValue(type, typed)).toEqual({ ok: true, value }));

  it.each<[ValueType, string, RuleCode]>([
    ['text', '', 'value_empty'],
    ['text', 'a'.repeat(9_999), 'value_too_long'],
    ['text', 'a\0', 'character'],
    ['number', ' ', 'value_empty'],
    ['number', '0x10', 'value_no_number'],
    ['number', 'Infinity', 'value_no_number'],
    ['number', '-', 'value_no_number'],
    ['number', '1e999', 'value_too_many_digits'],
    ['number', `0.${'1'.repeat(401)}`, 'value_too_many_digits'],
    ['json', '[1e-401]', 'value_too_many_digits'],
    ['boolean', 'yes', 'value_no_boolean'],
    ['json', '{', 'value_no_json'],
    ['json', 'null', 'value_removes'],
    ['json', '""', 'value_removes'],
    ['json', '{"a":"\\u0000"}', 'character'],
  ])('of type %s is refused: %j', (type, typed, reason) =>
    expect(readValue(type, typed)).toEqual({ ok: false, reason }),
  );
});

describe('an email', () => {
  it.each<[JsonValue, boolean]>([
    ['bill@example.com', true],
    ['a@b', true],
    ['@b', false],
    ['a@', false],
    ['a@b@c', false],
    ['a b@c', false],
    [5, false],
  ])('%j: %s', (value, valid) => expect(namedValueProblem('email', value)).toBe(valid ? null : 'email_invalid'));
});

describe('created_at', () => {
  it.each<[JsonValue, number | null]>([
    ['1542474417', 1542474417],
    [1542474417, 1542474417],
    ['100000000', 100000000],
    ['99999999', null],
    ['0100000000', null],
    [10000000000, null],
    [1542474417.5, null],
    [new JsonNumber('1542474417.0'), 1542474417],
    [new JsonNumber('1e99'), null],
    ['yesterday', null],
    [null, null],
  ])('%j: %s', (value, seconds) => expect(createdAtSeconds(value)).toBe(seconds));
});
