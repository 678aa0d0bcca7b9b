import { z } from 'zod';
import { noAccountSchema } from './account-manager/lease.js';
import { REFUSALS, type RefusalCode } from './refusals.js';

/** What can be wrong with a call before anybody decides about it. */
export const REQUEST_FAULTS = {
  invalid_json: 'The body is not valid JSON.',
  unauthorized: 'A valid API key is needed: header X-Api-Key, or Authorization: Bearer.',
  foreign_caller:
    'Where no API_KEYS are set, only programs on this machine and Muster’s own pages may call, by the name localhost.',
  not_found: 'There is nothing at this address. /docs lists all that there is.',
  dashboard_missing: 'The dashboard is not built here. Run npm run build, then start again.',
  method_not_allowed: 'This address does not answer this method; the header Allow says which.',
  not_acceptable: 'None of the accepted media types can be given.',
  payload_too_large: 'The body is too large.',
  uri_too_long: 'The address is too long.',
  unsupported_media_type:
    'The body must be JSON (Content-Type: application/json), or, for a file, multipart/form-data.',
  range_not_satisfiable: 'The file has no such bytes; the header Content-Range says how many it has.',
  request_timeout: 'The request was not received in time.',
  stream_full: 'As many clients as may listen are connected already; try again in a moment.',
} as const;
export type RequestFaultCode = keyof typeof REQUEST_FAULTS;

/** All codes of problems. Stable: a code is never renamed. */
export const PROBLEMS = {
  ...REFUSALS,
  ...REQUEST_FAULTS,
  internal_error: 'Something unexpected went wrong here. The log knows more under the given reference.',
} as const;
export type ProblemCode = RefusalCode | RequestFaultCode | 'internal_error';

/** RFC 9457. `code` is stable and meant for programs; `detail` says what to do. */
export const problemSchema = z.object({
  type: z.string().describe('where the code is explained'),
  title: z.string(),
  status: z.int(),
  code: z.string().describe(`one of ${Object.keys(PROBLEMS).join(', ')}`),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  ...noAccountSchema.partial().shape,
  reference: z.string().optional().describe('of an internal_error: the log has it, too'),
});
export type Problem = z.infer<typeof problemSchema>;
