import { type DataSource } from 'typeorm';
import { type MediaView } from '#libs/contracts/media';
import { poolOf } from './data-source.js';
import { storable } from './snapshot-write.js';

/** What is known of a file that lies on the disk already. Times are milliseconds since 1970. */
export interface NewMedia {
  readonly id: string;
  readonly accountId: string;
  readonly origin: MediaView['origin'];
  readonly mimeType: string;
  readonly filename: string | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Which files are kept, for whom and until when. The files themselves are src/media's. */
export class MediaRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Null: there is no such account, or it was deleted. */
  async insert(media: NewMedia): Promise<MediaView | null> {
    const { id, accountId, origin, mimeType, filename, bytes, sha256, createdAt, expiresAt } = media;
    return this.#one(
      `INSERT INTO media (id, account_id, origin, mime_type, filename, bytes, sha256, created_at, expires_at)
      SELECT $1, a.id, $3, $4, $5, $6, $7, ${time('$8')}, ${time('$9')} FROM account a WHERE a.id = $2 AND a.deleted_at IS NULL
      RETURNING ${COLUMNS}`,
      [id, accountId, origin, storable(mimeType), storable(filename), bytes, sha256, createdAt, expiresAt],
    );
  }

  /** As the API shows it: neither of a deleted account, nor kept beyond its time. */
  find(id: string, now: number): Promise<MediaView | null> {
    return this.#one(
      `SELECT ${COLUMNS} FROM media WHERE id = $1 AND expires_at > ${time('$2')}
      AND EXISTS (SELECT FROM account a WHERE a.id = account_id AND a.deleted_at IS NULL)`,
      [id, now],
    );
  }

  /** As long as it is there, whatever its age: a message that waits may need it. */
  findAny(id: string): Promise<MediaView | null> {
    return this.#one(`SELECT ${COLUMNS} FROM media WHERE id = $1`, [id]);
  }

  /**
   * Keeps it until then at least. Whoever removes what is old looks at this time again once he has the row, so a message
   * that is accepted before then finds its file.
   */
  use(accountId: string, id: string, now: number, until: number): Promise<MediaView | null> {
    return this.#one(
      `UPDATE media SET expires_at = greatest(expires_at, ${time('$4')})
      WHERE id = $1 AND account_id = $2 AND expires_at > ${time('$3')} RETURNING ${COLUMNS}`,
      [id, accountId, now, until],
    );
  }

  /** What was kept long enough, and no message that waits to be sent needs. At most so many; answers their ids. */
  async removeExpired(now: number, limit: number): Promise<readonly string[]> {
    const { rows } = await poolOf(this.dataSource).query<{ id: string }>(
      `DELETE FROM media WHERE expires_at <= ${time('$1')} AND id = ANY (ARRAY(
        SELECT m.id FROM media m WHERE m.expires_at <= ${time('$1')}
        AND NOT EXISTS (SELECT FROM message WHERE message.media_id = m.id AND message.pending)
        ORDER BY m.expires_at LIMIT $2
      )) RETURNING id`,
      [now, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** False when a message names it, or it was not there. */
  async removeUnused(id: string): Promise<boolean> {
    const { rowCount } = await poolOf(this.dataSource).query(
      'DELETE FROM media WHERE id = $1 AND NOT EXISTS (SELECT FROM message WHERE media_id = $1)',
      [id],
    );
    return rowCount === 1;
  }

  /** Which of these are known. */
  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await poolOf(this.dataSource).query<{ id: string }>(
      'SELECT id FROM media WHERE id = ANY ($1::uuid[])',
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async figures(): Promise<{ readonly files: number; readonly bytes: number }> {
    const { rows } = await poolOf(this.dataSource).query<{ files: string; bytes: string }>(
      'SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes FROM media',
    );
    return { files: Number(rows[0]?.files ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
  }

  async #one(text: string, values: readonly unknown[]): Promise<MediaView | null> {
    const { rows } = await poolOf(this.dataSource).query<MediaRow>(text, [...values]);
    return rows[0] ? viewOf(rows[0]) : null;
  }
}

const time = (parameter: string): string => `to_timestamp(${parameter}::float8 / 1000)`;

const COLUMNS = `id, account_id AS "accountId", origin, mime_type AS "mimeType", filename, bytes, sha256,
  created_at AS "createdAt", expires_at AS "expiresAt"`;

interface MediaRow extends Omit<MediaView, 'bytes' | 'createdAt' | 'expiresAt'> {
  readonly bytes: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const viewOf = (row: MediaRow): MediaView => ({
  ...row,
  bytes: Number(row.bytes),
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
});
