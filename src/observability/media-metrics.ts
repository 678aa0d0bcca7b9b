import { Gauge, type Registry } from 'prom-client';
import { orNothing } from './scrape-question.js';

/** Of all files that are kept. */
export interface MediaFigures {
  readonly files: number;
  readonly bytes: number;
}

export function addMediaGauges(registry: Registry, figures: () => Promise<MediaFigures>): void {
  const gauge = (name: string, help: string, which: keyof MediaFigures): void => {
    const one = new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const now = await orNothing(figures());
        if (now !== null) one.set(now[which]); // else it shows what was counted last
      },
    });
  };
  gauge('muster_media_files', 'files of messages that are kept', 'files');
  gauge('muster_media_bytes', 'bytes of all files of messages that are kept', 'bytes');
}
