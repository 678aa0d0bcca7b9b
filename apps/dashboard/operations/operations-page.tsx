import '../styles/sheets.css';
import '../styles/records.css';
import '../styles/operations.css';
import { useCallback, useState } from 'react';
import { operationsHref, type OperationsView, useRoute } from '../parts/route.js';
import { useShell, useWords } from '../parts/shell.js';
import { useTitle } from '../parts/title.js';
import { ConfigurationView } from './configuration/configuration-view.js';
import { EventsView } from './events/events-view.js';
import { Overview } from './overview.js';
import { usePolled } from '../parts/polled.js';
import { type Sample, SAMPLE_EVERY_MS, withSample } from './samples.js';
import { WebhooksView } from './webhooks/webhooks-view.js';

/** How Muster does, who is told, what happened, and how it is set: for whoever runs it. */
export function OperationsPage() {
  const { words } = useWords();
  const route = useRoute();
  const { view, webhookId } = route.page === 'operations' ? route : ({ view: 'overview', webhookId: null } as const);
  const { samples, error } = useSamples();
  useTitle(view === 'overview' ? words.pages.operations : words.operations.views[view]);
  return (
    <>
      <div className="page-head">
        <h1>{words.pages.operations}</h1>
        <Views here={view} />
      </div>
      {view === 'overview' && <Overview samples={samples} statsError={error} />}
      {view === 'webhooks' && <WebhooksView webhookId={webhookId} />}
      {view === 'events' && <EventsView />}
      {view === 'configuration' && <ConfigurationView />}
    </>
  );
}

const VIEWS: readonly OperationsView[] = ['overview', 'webhooks', 'events', 'configuration'];

function Views({ here }: { readonly here: OperationsView }) {
  const { words } = useWords();
  return (
    <nav className="ops-views" aria-label={words.operations.views.title}>
      {VIEWS.map((view) => (
        <a key={view} href={operationsHref(view)} aria-current={view === here ? 'page' : undefined}>
          {words.operations.views[view]}
        </a>
      ))}
    </nav>
  );
}

/** Taken for as long as the page is open, whatever part of it is looked at, so that a curve has no hole from reading the log. */
function useSamples(): { readonly samples: readonly Sample[]; readonly error: unknown } {
  const { muster } = useShell();
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const ask = useCallback(async () => {
    const stats = await muster.stats();
    setSamples((before) => withSample(before, { atMs: Date.now(), stats }));
  }, [muster]);
  const { error } = usePolled(ask, SAMPLE_EVERY_MS);
  return { samples, error };
}
