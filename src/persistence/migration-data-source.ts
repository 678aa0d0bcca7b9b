import { createDataSource } from './data-source.js';

const url = process.env['DATABASE_URL'];
if (!url) throw new Error('set DATABASE_URL to the database whose migrations are meant');

/** For TypeORM's command line (`npm run migration:*`), which looks for exactly one DataSource in a file. */
export const migrationDataSource = createDataSource(url);
