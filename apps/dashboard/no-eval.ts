import { config } from 'zod';

/** Schemas are not compiled by eval, which the page's policy forbids. Imported before all that makes a schema. */
config({ jitless: true });
