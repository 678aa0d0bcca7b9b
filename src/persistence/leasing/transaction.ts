import { type Pool, type PoolClient } from 'pg';

/** Several statements as one change. What throws undoes all of it; a connection that can't even do that is thrown away. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  try {
    await client.query('BEGIN');
    const done = await work(client);
    await client.query('COMMIT');
    client.release();
    return done;
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
    throw error;
  }
}

/**
 * A connection that dies between two statements, or speaks once more after it was thrown away, says so when nobody waits
 * for it, which would end the process; the next statement tells. So it has a listener from the moment in which the pool
 * lets go of it, which a promise would give a moment too late: the end of the statement before and the death of the
 * connection may come in one packet. The listener stays, since a connection is given out many times.
 */
function connect(pool: Pool): Promise<PoolClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (!client) return reject(error ?? new Error('the pool gave no connection'));
      if (!client.listeners('error').includes(nothing)) client.on('error', nothing);
      resolve(client);
    });
  });
}

const nothing = (): void => undefined;
