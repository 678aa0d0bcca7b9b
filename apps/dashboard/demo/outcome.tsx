import { useEffect, useState } from 'react';
import { DEMO_FAULTS, type StrikeView } from '#apps/simulator/demo/demo-words';
import { useFleet, useNow, useShell, useWords } from '../parts/shell.js';
import { formatSeconds, useDemoWords } from './demo-language.js';
import { type Healing, healingOf, UNMOVED } from './healing.js';

/** Of many, as many as one looks at. */
const ACCOUNTS_SHOWN_MAX = 5;

export interface OutcomeProps {
  readonly strike: StrikeView;
  /** All, latest first. */
  readonly strikes: readonly StrikeView[];
}

/** What became of a strike, live: of each account it struck, and of the database. */
export function Outcome({ strike, strikes }: OutcomeProps) {
  return (
    <div className="demo-outcome" role="status">
      {strike.store && <StoreLine strike={strike} store={strike.store} />}
      {strike.accounts.slice(0, ACCOUNTS_SHOWN_MAX).map(({ id, label }) => (
        <AccountLine key={id} strike={strike} nextAt={nextOf(strike, strikes, id)} id={id} label={label} />
      ))}
    </div>
  );
}

/** As much of an account's history as a strike takes; it is read again with each change that is told. */
const STEPS_READ = 100;

/** When the same account was struck again. */
function nextOf({ id }: StrikeView, strikes: readonly StrikeView[], account: string): string | null {
  const later = strikes.filter((other) => other.id > id && other.accounts.some((struck) => struck.id === account));
  return later.at(-1)?.at ?? null;
}

interface AccountLineProps {
  readonly strike: StrikeView;
  readonly nextAt: string | null;
  readonly id: string;
  readonly label: string;
}

function AccountLine({ strike, nextAt, id, label }: AccountLineProps) {
  const { muster } = useShell();
  const account = useFleet().byId.get(id);
  const [healing, setHealing] = useState(UNMOVED);
  const isOver = healing.backMs !== null || healing.restsAs !== null;
  // What is deleted has no history to ask for.
  const isThere = account !== undefined;
  const changed = `${account?.detail} ${account?.updatedAt}`;
  useEffect(() => {
    if (isOver || !isThere) return;
    let stays = true;
    muster.accounts.export(id, { limit: STEPS_READ }).then(
      ({ transitions }) => (stays ? setHealing(healingOf(strike.at, transitions, nextAt)) : undefined),
      () => undefined, // the next change reads it again, and what is wrong the frame of the page tells
    );
    return () => void (stays = false);
  }, [muster, id, strike.at, nextAt, changed, isOver, isThere]);
  return (
    <div className="demo-line" data-is={toneOf(healing)}>
      <span className="demo-who">{label}</span>
      <Told strike={strike} healing={healing} />
    </div>
  );
}

type Tone = 'waiting' | 'away' | 'back' | 'rests';

function toneOf({ leftMs, backMs, restsAs }: Healing): Tone {
  if (backMs !== null) return 'back';
  if (restsAs !== null) return 'rests';
  return leftMs === null ? 'waiting' : 'away';
}

function Told({ strike, healing: { leftMs, backMs, restsAs } }: { strike: StrikeView; healing: Healing }) {
  const { words, language } = useDemoWords();
  const { words: common } = useWords();
  const told = (ms: number): string => formatSeconds(ms, language);
  if (leftMs === null) return <Waiting strike={strike} />;
  return (
    <span>
      {words.outcome.left(told(leftMs))}, {backMs !== null && <strong>{words.outcome.back(told(backMs))}</strong>}
      {restsAs !== null && <strong>{words.outcome.rests(common.status[restsAs])}</strong>}
      {backMs === null && restsAs === null && <Running sinceMs={Date.parse(strike.at)} />}
    </span>
  );
}

/** A strike that shows is seen by then: the slowest takes two signs of life, and a host’s silence. */
const SEEN_MS_MAX = 45_000;
/** What makes an account leave at all does it in less. */
const HELD_MS = 3_000;

function Waiting({ strike }: { readonly strike: StrikeView }) {
  const { words, language } = useDemoWords();
  const holds = DEMO_FAULTS[strike.fault].ends === 'holds';
  const endMs = Date.parse(strike.at) + (holds ? HELD_MS : SEEN_MS_MAX);
  const [isOver, setOver] = useState(() => Date.now() > endMs);
  const now = useNow(isOver ? REST_MS : TICK_MS);
  if (!isOver && now > endMs) setOver(true);
  if (isOver) return holds ? <strong>{words.outcome.held}</strong> : <span>{words.outcome.unseen}</span>;
  const ms = now - Date.parse(strike.at);
  return <span aria-hidden="true">{words.outcome.waiting(formatSeconds(ms, language))}</span>;
}

const TICK_MS = 100;
/** Nothing is counted any more. */
const REST_MS = 60_000;

/** Not for screen readers: they are told what comes of it. */
function Running({ sinceMs }: { readonly sinceMs: number }) {
  const { language } = useDemoWords();
  const now = useNow(TICK_MS);
  return <em aria-hidden="true">{formatSeconds(now - sinceMs, language)}</em>;
}

function StoreLine({ strike, store }: { strike: StrikeView; store: NonNullable<StrikeView['store']> }) {
  const { words, language } = useDemoWords();
  const { lostMs, backMs } = store;
  const told = (ms: number): string => formatSeconds(ms, language);
  return (
    <div className="demo-line" data-is={backMs !== null ? 'back' : lostMs === null ? 'waiting' : 'away'}>
      <span className="demo-who">{words.outcome.store}</span>
      <span>
        {lostMs !== null && `${words.outcome.storeLost(told(lostMs))}, `}
        {backMs !== null && <strong>{words.outcome.storeBack(told(backMs))}</strong>}
        {backMs === null && <Running sinceMs={Date.parse(strike.at)} />}
      </span>
    </div>
  );
}
