import { ApiParam } from '@nestjs/swagger';

/** Describes the id of a customer in a path. */
export const CUSTOMER_ID = ApiParam({
  name: 'id',
  schema: { type: 'string', maxLength: 150 },
  description: 'The `user_id`, percent-encoded.',
  example: '1004',
});
