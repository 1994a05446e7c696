import { ValueType, readValue } from './attribute-rules';

const YES = /^(?:true|yes|on|1)$/i;
const NO = /^(?:false|no|off|0)$/i;

/**
 * Rewrites the text of a field for another type. A text that can not be read as that type stays, so that changing the type
 * back restores the value.
 */
export function retype(typed: string, from: ValueType, to: ValueType): string {
  const read = readValue(from, typed);
  const value = read.ok && from !== 'empty' ? read.value : typed;
  switch (to) {
    case 'text':
    case 'number':
      return typeof value === 'string' ? value : typed;
    case 'boolean':
      if (YES.test(typed.trim())) return 'true';
      return NO.test(typed.trim()) ? 'false' : typed;
    case 'json':
      if (typed.trim() === '' || readValue('json', typed).ok) return typed;
      return typeof value === 'string' ? JSON.stringify(value) : typed;
    case 'empty':
      return typed;
    default:
      return to satisfies never;
  }
}
