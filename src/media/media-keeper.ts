import { MEDIA_FIGURES_KEPT_MS } from '#libs/contracts/limits/media';
import type { MediaFigures } from '#src/observability/media-metrics';
import type { Disk } from './disk.js';
import type { MediaFolder } from './media-folder.js';
import type { MediaRows } from './media-rows.js';
import { type Tidied, tidyMedia } from './media-upkeep.js';

/** Upkeep of the files, and what it counts. Broken off at the stop. */
export class MediaKeeper {
  readonly #over = new AbortController();
  #counted: { readonly at: number; readonly figures: Promise<MediaFigures> } | null = null;

  constructor(
    private readonly parts: { readonly folder: MediaFolder; readonly rows: MediaRows; readonly disk: Disk },
  ) {}

  tidy(now: number): Promise<Tidied> {
    return tidyMedia(this.parts, now, this.#over.signal);
  }

  /** Counting looks at every row, so it is done now and then. */
  figures(): Promise<MediaFigures> {
    const now = performance.now();
    if (this.#counted === null || now - this.#counted.at > MEDIA_FIGURES_KEPT_MS) {
      const figures = this.parts.rows.figures();
      figures.catch(() => (this.#counted = null)); // whoever asked hears why; the next one asks again
      this.#counted = { at: now, figures };
    }
    return this.#counted.figures;
  }

  close(): void {
    this.#over.abort();
  }
}
