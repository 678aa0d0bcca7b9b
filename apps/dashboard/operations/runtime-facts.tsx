import { useEffect, useState } from 'react';
import type { StatsView } from '#libs/contracts/stats';
import { useNow, useShell, useWords } from '../parts/shell.js';
import { formatDuration, formatMoment } from '../parts/time.js';
import { formatNumber } from '../parts/figures.js';

export function RuntimeFacts({ stats }: { readonly stats: StatsView }) {
  const { words, language } = useWords();
  const now = useNow();
  const version = useVersion();
  const told = words.operations.facts;
  const moment = (at: string | undefined): string => (at ? formatMoment(at, now, language) : '–');
  const facts: readonly (readonly [string, string])[] = [
    [told.version, version ?? '–'],
    [told.up, formatDuration(now - Date.parse(stats.startedAt), language)],
    [told.clients, formatNumber(stats.stream.clients, language)],
    [told.told, formatNumber(stats.stream.told.lastMinute, language)],
    [told.newestEvent, moment(stats.stored?.log.newest?.at)],
    [told.oldestEvent, moment(stats.stored?.log.oldest?.at)],
  ];
  return (
    <section className="card sheet" aria-labelledby="ops-facts-title">
      <h2 id="ops-facts-title">{told.title}</h2>
      <dl className="ops-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** It changes with a new start only, and a page that is open over one may show the older for a while. */
function useVersion(): string | null {
  const { muster } = useShell();
  const [version, setVersion] = useState<string | null>(null);
  useEffect(() => {
    let left = false;
    muster.about().then(
      (about) => left || setVersion(about.version),
      () => undefined, // the frame says that Muster does not answer
    );
    return () => void (left = true);
  }, [muster]);
  return version;
}
