import { ValueType } from './attribute-rules';
import { retype } from './retype';

describe('what was typed, for another type', () => {
  it.each<[ValueType, string, ValueType, string]>([
    ['number', '41', 'text', '41'],
    ['text', '41', 'number', '41'],
    ['text', 'many', 'number', 'many'],
    ['text', 'Yes', 'boolean', 'true'],
    ['number', '0', 'boolean', 'false'],
    ['text', 'perhaps', 'boolean', 'perhaps'],
    ['text', 'a "quote"', 'json', '"a \\"quote\\""'],
    ['text', '{"a":1}', 'json', '{"a":1}'],
    ['json', '"a \\"quote\\""', 'text', 'a "quote"'],
    ['json', '[1]', 'text', '[1]'],
    ['boolean', 'true', 'json', 'true'],
    ['text', 'kept', 'empty', 'kept'],
    ['empty', 'kept', 'text', 'kept'],
    ['text', '', 'json', ''],
  ])('%s %j as %s', (from, typed, to, expected) => expect(retype(typed, from, to)).toBe(expected));
});
