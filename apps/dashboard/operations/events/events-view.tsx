import { useCallback, useEffect, useState } from 'react';
import type { LoggedEvent } from '#libs/contracts/event-log';
import type { Fleet } from '../../fleet/fleet-store.js';
import { Loading } from '../../parts/loading.js';
import { Empty } from '../../parts/notice.js';
import { useFleet, useNow, useShell, useWords } from '../../parts/shell.js';
import { formatMoment } from '../../parts/time.js';
import { formatNumber } from '../../parts/figures.js';
import { LiveMark } from '../../records/live-mark.js';
import { type EventFilter, NO_EVENT_FILTER } from './event-filter.js';
import { EventForm } from './event-form.js';
import { EventRow } from './event-row.js';
import { type Found, lookBack, NOTHING_FOUND, withNewer, withOlder } from './found-events.js';
import { type LiveEvents, useLiveEvents } from './live-events.js';

/** What happened, newest first: searched, and followed while it happens. */
export function EventsView() {
  const { words } = useWords();
  const [filter, setFilter] = useState(NO_EVENT_FILTER);
  const [paused, setPaused] = useState(false);
  const { found, loaded, busy, further, add } = useFound(filter);
  const now = useNow(60_000);
  const { byId } = useFleet();
  // What is read must not be pushed away by what comes.
  const hold = useCallback(() => setPaused(true), []);
  const live = useLiveEvents(filter, paused || filter.to !== '', add);
  const choose = (chosen: EventFilter): void => {
    live.take();
    setFilter({ ...chosen });
  };
  return (
    <>
      <EventForm filter={filter} choose={choose} />
      <section className="card sheet" aria-label={words.operations.events.list}>
        <LiveBar live={live} hasEnd={filter.to !== ''} paused={paused} setPaused={setPaused} />
        {found.events.length > 0 && (
          <ol className="records">
            {found.events.map((event) => (
              <EventRow key={event.id} event={event} account={labelOf(event, byId)} now={now} opened={hold} />
            ))}
          </ol>
        )}
        {loaded ? <End found={found} busy={busy} further={further} /> : <Loading lines={6} />}
      </section>
    </>
  );
}

/** Asked here and not in each line: a fleet changes many times a second, and few of its names do. */
function labelOf({ accountId }: LoggedEvent, byId: Fleet['byId']): string {
  return accountId === null ? '' : (byId.get(accountId)?.label ?? accountId.slice(0, 8));
}

/** What fits the filter, as far back as was asked for. An answer to an older question is not shown. */
function useFound(filter: EventFilter) {
  const { muster, fail } = useShell();
  const [found, setFound] = useState(NOTHING_FOUND);
  const [loaded, setLoaded] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let left = false;
    setFound(NOTHING_FOUND);
    setLoaded(false);
    lookBack(muster, filter, null)
      // What was told live meanwhile is there already.
      .then((page) => left || setFound((before) => withOlder(before, page)))
      .catch((error: unknown) => left || fail(error))
      .finally(() => left || setLoaded(true));
    return () => void (left = true);
  }, [muster, filter, fail]);
  const further = (): void => {
    setBusy(true);
    lookBack(muster, filter, found.nextCursor)
      .then((page) => setFound((before) => withOlder(before, page)))
      .catch(fail)
      .finally(() => setBusy(false));
  };
  const add = (events: Found['events']): void => setFound((before) => withNewer(before, events));
  return { found, loaded, busy, further, add };
}

interface LiveBarProps {
  readonly live: LiveEvents;
  readonly hasEnd: boolean;
  readonly paused: boolean;
  readonly setPaused: (paused: boolean) => void;
}

function LiveBar({ live, hasEnd, paused, setPaused }: LiveBarProps) {
  const { words, language } = useWords();
  const told = words.operations.events;
  const toggle = (): void => {
    if (paused) live.take();
    setPaused(!paused);
  };
  return (
    <div className="sheet-head">
      <LiveMark
        isLive={!hasEnd && !paused}
        text={hasEnd ? told.notLive : paused ? told.paused(formatNumber(live.held.length, language)) : told.following}
        toggle={hasEnd ? null : toggle}
      />
    </div>
  );
}

interface EndProps {
  readonly found: Found;
  readonly busy: boolean;
  readonly further: () => void;
}

/** How far back was looked, and the way further. */
function End({ found: { events, nextCursor, lookedBackTo }, busy, further }: EndProps) {
  const { words, language } = useWords();
  const now = useNow(60_000);
  const told = words.operations.events;
  return (
    <>
      {events.length === 0 && (
        <Empty title={nextCursor === null ? told.none : told.noneYet}>
          <p>{told.noneHint}</p>
        </Empty>
      )}
      <div className="records-end">
        <p className="secondary" role="status">
          {nextCursor === null
            ? told.lookedAll
            : lookedBackTo !== null && told.lookedBackTo(formatMoment(lookedBackTo, now, language))}
        </p>
        {nextCursor !== null && (
          <button type="button" className="button small" disabled={busy} onClick={further}>
            {events.length === 0 ? told.further : words.records.older}
          </button>
        )}
      </div>
    </>
  );
}
