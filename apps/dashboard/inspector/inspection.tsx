import { type Dispatch, type SetStateAction, useEffect, useMemo, useState } from 'react';
import type { AccountView } from '#libs/contracts/account';
import type { TransitionView } from '#libs/contracts/transition';
import { MusterApiError } from '#libs/client/api-error';
import { Loading } from '../parts/loading.js';
import { Empty, Notice } from '../parts/notice.js';
import { useShell, useWords } from '../parts/shell.js';
import { Chart } from './chart/chart.js';
import { lightUp } from './chart/lit.js';
import { Outline } from './chart/outline.js';
import { waysOut } from './chart/ways.js';
import { countdownOf } from './countdown.js';
import { Timeline } from './history/timeline.js';
import { type Context, type Life, STEPS_READ, withOlder } from './life.js';
import { type ReadMachine, useMachine } from './machine.js';
import { type Past, usePast } from './past.js';
import { type Comparison, ContextCard } from './standing/context-card.js';
import { StateCard } from './standing/state-card.js';
import { TimeBar } from './time-bar.js';

export interface InspectionProps {
  readonly account: AccountView;
  readonly life: Life | null;
  readonly tell: Dispatch<SetStateAction<Life | null>>;
  readonly at: number | null;
  readonly go: (seq: number | null) => void;
}

/** What is looked at: now, or the account as it was after a step. */
interface Shown {
  readonly state: string;
  readonly context: Context | null;
  readonly step: TransitionView | null;
}

export function Inspection({ account, life, tell, at, go }: InspectionProps) {
  const { words } = useWords();
  const { muster } = useShell();
  const read = useMachine();
  const past = usePast(account.id, at);
  const shown = shownOf(account, life, at, past);
  const neighbours = neighboursOf(life, at);
  useArrowKeys(neighbours, go);
  const readOlder = async (): Promise<void> => {
    const before = life?.olderBefore;
    if (!before) return;
    const page = await muster.accounts.export(account.id, { before, limit: STEPS_READ });
    tell((known) => known && withOlder(known, page.transitions, page.olderBefore));
  };
  return (
    <>
      {past.is === 'no step' && <Notice tone="warn" title={words.inspector.time.noStep} />}
      {past.is === 'untold' && (
        <Notice tone="warn" title={words.inspector.time.untold(past.seq)}>
          <p lang="en">{past.error instanceof MusterApiError ? past.error.problem.detail : words.trouble.offline}</p>
        </Notice>
      )}
      {past.is === 'there' && !past.past.exact && <Notice tone="calm" title={words.inspector.time.inexact} />}
      <div className="inspector-grid">
        <Seen account={account} life={life} read={read} shown={shown} at={at}>
          <TimeBar at={at} step={shown.step} {...neighbours} go={go} />
        </Seen>
        <Timeline life={life} at={at} go={go} readOlder={readOlder} />
        <Remembered account={account} life={life} shown={shown} at={at} isReading={past.is === 'reading' || !life} />
      </div>
    </>
  );
}

interface SeenProps {
  readonly account: AccountView;
  readonly life: Life | null;
  readonly read: ReadMachine;
  readonly shown: Shown;
  readonly at: number | null;
  readonly children: React.ReactNode;
}

/** The chart with what is true in it, and what may come of it. */
function Seen({ account, life, read, shown, at, children }: SeenProps) {
  const { words } = useWords();
  const { machine } = read;
  const [chosen, choose] = useState<string | null>(null);
  const [pointed, point] = useState<string | null>(null);
  const [hovered, hover] = useState<string | null>(null);
  const looked = chosen ?? shown.state;
  const lit = useMemo(
    () => machine && lightUp(machine.definition, shown.state, hovered ?? looked, shown.step),
    [machine, shown.state, hovered, looked, shown.step],
  );
  const seenAt = at === null || !shown.step ? null : Date.parse(shown.step.at);
  return (
    <>
      <section className="card chart-seen" aria-label={words.inspector.chart.label}>
        <header>{children}</header>
        {machine?.drawing && lit ? (
          <Chart
            graph={machine.graph}
            drawing={machine.drawing}
            lit={lit}
            seq={shown.step?.seq ?? 0}
            present={at === null ? null : account.detail}
            pointed={pointed}
            countdown={countdownOf(shown.state, shown.context, seenAt)}
            chosen={chosen}
            choose={choose}
            hover={hover}
          />
        ) : (
          <Missing {...read} />
        )}
      </section>
      {machine && lit && (
        <StateCard
          account={account}
          graph={machine.graph}
          state={looked}
          isChosen={chosen !== null}
          ways={waysOut(machine.definition, looked)}
          maySend={at === null && chosen === null && life !== null}
          point={point}
          leave={() => choose(null)}
        />
      )}
      {machine && lit && <Outline machine={machine.definition} lit={lit} />}
    </>
  );
}

/** In the place of the chart. */
function Missing({ isMissing, readAgain }: ReadMachine) {
  const { words } = useWords();
  return (
    <div className="chart-loading">
      {isMissing ? (
        <Empty title={words.inspector.chart.missing}>
          <button type="button" className="button" onClick={readAgain}>
            {words.inspector.chart.again}
          </button>
        </Empty>
      ) : (
        <Loading lines={1} text={words.inspector.chart.loading} />
      )}
    </div>
  );
}

interface RememberedProps {
  readonly account: AccountView;
  readonly life: Life | null;
  readonly shown: Shown;
  readonly at: number | null;
  readonly isReading: boolean;
}

/** The context, alone or beside that of another moment. */
function Remembered({ account, life, shown, at, isReading }: RememberedProps) {
  const [wished, compareWith] = useState<Comparison>('alone');
  const choices: readonly Comparison[] = at === null ? ['alone', 'before'] : ['alone', 'before', 'now'];
  const comparison = choices.includes(wished) ? wished : 'alone';
  const before = comparison === 'before' && shown.step && shown.step.seq > 1 ? shown.step.seq - 1 : null;
  const earlier = usePast(account.id, before);
  const other =
    comparison === 'now' && life?.context
      ? { context: life.context, state: account.detail }
      : earlier.is === 'there'
        ? { context: earlier.past.snapshot.context, state: earlier.past.step.to }
        : null;
  return (
    <ContextCard
      context={shown.context}
      other={other}
      state={shown.state}
      comparison={comparison}
      choices={choices}
      compareWith={compareWith}
      isUnknown={at !== null}
      isReading={isReading || (comparison === 'before' && earlier.is === 'reading')}
    />
  );
}

function shownOf(account: AccountView, life: Life | null, at: number | null, past: Past): Shown {
  if (at === null) return { state: account.detail, context: life?.context ?? null, step: life?.steps[0] ?? null };
  const known = life?.steps.find(({ seq }) => seq === at) ?? null;
  if (past.is === 'there')
    return { state: past.past.step.to, context: past.past.snapshot.context, step: past.past.step };
  return { state: known?.to ?? account.detail, context: null, step: known };
}

/** The newest step is where the account is now. */
function neighboursOf(
  life: Life | null,
  at: number | null,
): { older: number | null; newer: number | null | undefined } {
  const last = life?.steps[0]?.seq ?? 0;
  const here = at ?? last;
  return {
    older: here > 1 ? here - 1 : null,
    newer: at === null || !life ? undefined : at + 1 >= last ? null : at + 1,
  };
}

/** Left is earlier, right is later, wherever the keys are not needed for something else. */
function useArrowKeys({ older, newer }: ReturnType<typeof neighboursOf>, go: (seq: number | null) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('input, select, textarea, svg, dialog')) return;
      if (event.key === 'ArrowLeft' && older !== null) go(older);
      else if (event.key === 'ArrowRight' && newer !== undefined) go(newer);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
