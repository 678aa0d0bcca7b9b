import '../styles/watch.css';
import { useEffect, useState } from 'react';
import { readInspection } from '#libs/contracts/inspection';
import type { EventStream, StreamState } from '#libs/client/event-stream';
import { useShell, useWords } from '../parts/shell.js';
import {
  carriedBy,
  NOTHING_WATCHED,
  ordersOf,
  visibleRows,
  type Watched,
  type WatchedRow,
  withInspection,
} from './watched.js';

/** All that comes to one account’s machine, as it comes, also what changes nothing. Nothing is made of it until it is asked for. */
export function LiveEvents({ id }: { readonly id: string }) {
  const { words } = useWords();
  const told = words.watch;
  const [isOn, setOn] = useState(false);
  const [onlyChanges, setOnlyChanges] = useState(false);
  const { watched, line } = useWatched(id, isOn);
  const rows = visibleRows(watched, onlyChanges);
  const isCut = isOn && line !== 'live';
  return (
    <section className="card watch" aria-labelledby="watch-title">
      <header className="watch-head">
        <h2 id="watch-title">{told.title}</h2>
        {isCut && (
          <span className="secondary" role="status">
            {words.line[line]}
          </span>
        )}
        {isOn && !isCut && watched.waiting !== null && (
          <span className="secondary">{told.waiting(String(watched.waiting))}</span>
        )}
        <label className="choice">
          <input type="checkbox" checked={onlyChanges} onChange={({ target }) => setOnlyChanges(target.checked)} />
          {told.onlyChanges}
        </label>
        <button type="button" className="button" aria-pressed={isOn} onClick={() => setOn(!isOn)}>
          {isOn ? told.stop : told.start}
        </button>
      </header>
      {rows.length === 0 ? (
        <p className="watch-none">{isOn ? (isCut ? words.line[line] : told.none) : told.off}</p>
      ) : (
        <ol className="watch-rows" aria-label={told.list} tabIndex={0}>
          {rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Row({ row }: { readonly row: WatchedRow }) {
  const { language } = useWords();
  return (
    <li className="watch-row" data-is={row.is} data-changed={row.is !== 'step' || row.step.changed}>
      <time dateTime={row.at}>{exactTime(row.at, language)}</time>
      <RowText row={row} />
    </li>
  );
}

/** To the millisecond: events follow one another by a few. */
function exactTime(iso: string, language: string): string {
  const digits = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const;
  return new Date(iso).toLocaleTimeString(language, { ...digits, hour12: false });
}

function RowText({ row }: { readonly row: WatchedRow }) {
  const { words } = useWords();
  const told = words.watch;
  if (row.is === 'standing')
    return (
      <span>
        {told.stands} <code>{row.state}</code>
      </span>
    );
  if (row.is === 'buried')
    return (
      <span>
        <code>{row.buried.name}</code> {told.buried} <code>{row.buried.why}</code>
      </span>
    );
  const { event, from, to, changed, seq, commitMs } = row.step;
  const orders = ordersOf(row.step);
  const carried = carriedBy(event);
  return (
    <div className="watch-step">
      <span>
        <code className="watch-event">{event.type}</code>{' '}
        {from === to ? <code>{to}</code> : <code>{`${from} → ${to}`}</code>}
      </span>
      <span className="secondary">
        {changed ? (seq === null ? told.remembered : `#${seq}`) : told.unchanged}
        {orders.length > 0 && ` · ${told.orders} ${orders.join(', ')}`} · {told.committed(String(Math.round(commitMs)))}
      </span>
      {carried && <code className="watch-carried">{carried}</code>}
    </div>
  );
}

/** Frames come by the dozen when an account starts: they are shown together. */
const SHOW_EVERY_MS = 100;

/** `line`: whether what comes is shown as it comes; as few may watch at a time, this one may have to wait for its turn. */
function useWatched(id: string, isOn: boolean): { readonly watched: Watched; readonly line: StreamState['is'] } {
  const { muster, fail } = useShell();
  const [watched, show] = useState(NOTHING_WATCHED);
  const [line, tellLine] = useState<StreamState['is']>('connecting');
  useEffect(() => {
    if (!isOn) return;
    const leave = new AbortController();
    show(NOTHING_WATCHED);
    tellLine('connecting');
    const stream = muster.stream({ topics: ['inspection'], accounts: [id], signal: leave.signal });
    const deafen = stream.onState(({ is }) => tellLine(is));
    watch(stream, show, leave.signal).catch(fail);
    return () => {
      deafen();
      leave.abort();
    };
  }, [muster, id, isOn, fail]);
  return { watched, line };
}

async function watch(stream: EventStream, show: (watched: Watched) => void, signal: AbortSignal): Promise<void> {
  let watched = NOTHING_WATCHED;
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer));
  for await (const frame of stream) {
    const event = readInspection(frame);
    if (event) watched = withInspection(watched, event);
    timer ??= setTimeout(() => {
      timer = undefined;
      show(watched);
    }, SHOW_EVERY_MS);
  }
}
