import { z } from 'zod';

/** A call of `allocate` that waits. It is gone when the call is answered. */
export const allocationRequestSchema = z.object({
  id: z.uuid().describe('the request_id of its call, or one that was made for it'),
  user_id: z.string(),
  service_name: z.string(),
  purpose: z.string(),
  priority: z.int(),
  position: z.int().positive().describe('1: its turn is next'),
  since: z.iso.datetime(),
  wait_until: z.iso.datetime(),
});
export type AllocationRequest = z.infer<typeof allocationRequestSchema>;

/** In the order of their turns. */
export const allocationRequestsSchema = z.object({ items: z.array(allocationRequestSchema) });
export type AllocationRequests = z.infer<typeof allocationRequestsSchema>;
