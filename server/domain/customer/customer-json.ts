import { wireId } from './customer-id.js';
import { servedSeconds, type CustomerRecord } from './customer.js';

/**
 * A customer as it is served, put together from texts that are JSON already:
 * `{"id":1004,"attributes":{…},"events":{…},"last_updated":1560964022}`.
 */
export function customerJson({ id, attributes, events, lastUpdated }: CustomerRecord): string {
  return `{"id":${JSON.stringify(wireId(id))},"attributes":${attributes},"events":${events},"last_updated":${servedSeconds(lastUpdated)}}`;
}
