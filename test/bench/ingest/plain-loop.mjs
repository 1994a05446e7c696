// The simplest program for the job: readline, JSON.parse, Map and Set, all in memory, nothing durable.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const customers = new Map();

function customerOf(id) {
  let customer = customers.get(id);
  if (!customer) {
    customer = { attributes: new Map(), events: new Map(), ids: new Set() };
    customers.set(id, customer);
  }
  return customer;
}

function fold(line) {
  const message = JSON.parse(line);
  if (message.user_id === undefined || message.user_id === null || message.user_id === '') return;
  const customer = customerOf(String(message.user_id));
  if (message.type === 'event') {
    const id = String(message.id);
    if (customer.ids.has(id)) return;
    customer.ids.add(id);
    customer.events.set(message.name, (customer.events.get(message.name) ?? 0) + 1);
    return;
  }
  for (const [name, value] of Object.entries(message.data)) {
    const known = customer.attributes.get(name);
    if (!known || message.timestamp >= known.timestamp) {
      customer.attributes.set(name, { value, timestamp: message.timestamp });
    }
  }
}

const lines = createInterface({ input: createReadStream(process.argv[2]), crlfDelay: Infinity });
await new Promise((resolve) => lines.on('line', fold).on('close', resolve));

const counts = { customers: customers.size, events: 0, eventNames: 0, attributes: 0 };
for (const customer of customers.values()) {
  counts.events += customer.ids.size;
  counts.eventNames += customer.events.size;
  counts.attributes += customer.attributes.size;
}
console.log(JSON.stringify(counts));
