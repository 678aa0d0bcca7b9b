import type { MediaFiles } from '#src/supervision/ports';

/** For stages on which no message has a file. */
export const NO_MEDIA: MediaFiles = {
  fileOf: () => Promise.resolve(null),
  incomingPath: () => Promise.reject(new Error('no file is expected here')),
  adopt: () => Promise.reject(new Error('no file is expected here')),
};
