import { CsvCustomerCounter, CustomerCounter, JsonLinesCustomerCounter } from './customer-counter';

const CSV = 'id,note\r\n1,"two\nlines, and ""quotes"""\r\n2,\r\n3,é\r\n';
const JSON_LINES = [
  '{"id":"x","type":"attributes","user_id":"1","data":{"a":"\\"user_id\\":\\"9\\""},"timestamp":1}',
  '{"id":"x","type":"attributes","user_id":"1","data":{"user_id":"7"},"timestamp":2}',
  '{"id":"y","type":"event","name":"\\"user_id\\":\\"8\\"","user_id":"a\\"b","timestamp":1}',
  '{"id":"z","type":"event","name":"e","user_id":"3","timestamp":1}',
  '',
].join('\n');

it.each<[string, CustomerCounter, string]>([
  ['CSV', new CsvCustomerCounter(), CSV],
  ['JSON lines', new JsonLinesCustomerCounter(), JSON_LINES],
])('customers are counted in %s, wherever a chunk ends', (_format, counter, text) => {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += 3) counter.take(bytes.subarray(at, at + 3));
  expect([counter.customers, counter.whole]).toEqual([3, true]);
  counter.take(new TextEncoder().encode('{"'));
  expect(counter.whole).toBe(false);
});

it('customers are counted in UTF-16, in which some characters have the bytes of a quote or of a line break', () => {
  const counter = new CsvCustomerCounter(true);
  const text = '\ufeffid,note\r\n1,"two\nlines"\r\n2,∀ਅ\r\n';
  const bytes = new Uint8Array(Buffer.from(text, 'utf16le'));
  for (let at = 0; at < bytes.length; at += 3) counter.take(bytes.subarray(at, at + 3));
  expect([counter.customers, counter.whole]).toEqual([2, true]);
  counter.take(bytes.subarray(0, 6));
  expect(counter.whole).toBe(false);
});
