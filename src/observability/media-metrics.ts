import { Gauge, type Registry } from 'prom-client';
import { orNothing } from './scrape-question.js';

/** Of all files that are kept. */
export interface MediaFigures {
  readonly files: number;
  readonly bytes: number;
}

export function addMediaGauges(registry: Registry, figures: () => Promise<MediaFigures>): void {
  const registers = [registry];
  const files = new Gauge({ name: 'muster_media_files', help: 'files of messages that are kept', registers });
  const bytes = new Gauge({
    name: 'muster_media_bytes',
    help: 'their bytes',
    registers,
    async collect() {
      const now = await orNothing(figures());
      if (now === null) return; // and shows what was counted last
      files.set(now.files);
      bytes.set(now.bytes);
    },
  });
}
