import { z } from 'zod';
import { accountIdSchema } from '../account.js';
import { API_PREFIX } from '../operation.js';

export const ACCOUNTS = `${API_PREFIX}/accounts` as const;
export const ACCOUNT = `${ACCOUNTS}/{id}` as const;

/** Ids are compared as text by those who hold accounts in memory, so upper case is turned into lower case here. */
export const accountParams = z.object({ id: accountIdSchema.toLowerCase() });
/** Of a message, a file, a webhook … */
export const idParams = z.object({ id: z.uuid().toLowerCase() });
