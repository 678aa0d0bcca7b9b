import type { MediaRepository } from '#src/persistence/media.repository';

/** What is asked of the store; a test answers from memory. */
export type MediaRows = Pick<MediaRepository, keyof MediaRepository>;
