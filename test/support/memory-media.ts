import type { MediaView } from '#libs/contracts/media';
import type { MediaRows } from '#src/media/media-rows';

/** The rows of files in memory, for specs that need no database. Every account is known unless it is told otherwise. */
export class MemoryMedia implements MediaRows {
  readonly views = new Map<string, MediaView>();
  /** Ids of files that a waiting message needs. */
  readonly needed = new Set<string>();
  readonly unknownAccounts = new Set<string>();
  away: Error | null = null;

  readonly insert: MediaRows['insert'] = async ({ createdAt, expiresAt, ...media }) => {
    this.answering();
    if (this.unknownAccounts.has(media.accountId)) return null;
    const times = { createdAt: new Date(createdAt).toISOString(), expiresAt: new Date(expiresAt).toISOString() };
    this.views.set(media.id, { ...media, ...times });
    return this.views.get(media.id) ?? null;
  };
  readonly find: MediaRows['find'] = async (id, now) => {
    const media = await this.findAny(id);
    return media !== null && Date.parse(media.expiresAt) > now ? media : null;
  };
  readonly findAny: MediaRows['findAny'] = async (id) => {
    this.answering();
    return this.views.get(id) ?? null;
  };
  readonly use: MediaRows['use'] = async (accountId, id, now, until) => {
    const media = await this.find(id, now);
    if (media === null || media.accountId !== accountId) return null;
    const expiresAt = new Date(Math.max(Date.parse(media.expiresAt), until)).toISOString();
    this.views.set(id, { ...media, expiresAt });
    return this.views.get(id) ?? null;
  };
  readonly removeExpired: MediaRows['removeExpired'] = async (now, limit) => {
    this.answering();
    const old = [...this.views.values()]
      .filter(({ id, expiresAt }) => Date.parse(expiresAt) <= now && !this.needed.has(id))
      .slice(0, limit)
      .map(({ id }) => id);
    for (const id of old) this.views.delete(id);
    return old;
  };
  readonly removeUnused: MediaRows['removeUnused'] = async (id) => {
    this.answering();
    return !this.needed.has(id) && this.views.delete(id);
  };
  readonly known: MediaRows['known'] = async (ids) => {
    this.answering();
    return new Set(ids.filter((id) => this.views.has(id)));
  };
  readonly figures: MediaRows['figures'] = async () => {
    this.answering();
    const sizes = [...this.views.values()].map(({ bytes }) => bytes);
    return { files: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
  };

  private answering(): void {
    if (this.away) throw this.away;
  }
}
