import type { EngineHostView, EnginesView, PartView, SupervisionView } from '#libs/contracts/supervision';
import { nodeName } from '../parts/node-name.js';
import { accountHref } from '../parts/route.js';
import type { Cells, Telling, Tone } from './cells.js';
import { Intensity, Memory } from './figures.js';

export function nodeCells({ node, pid, phase, since }: SupervisionView, { words }: Telling): Cells {
  const { state } = words.supervision;
  return {
    name: (
      <>
        {words.supervision.node} <code>{nodeName(node)}</code>
      </>
    ),
    hint: <Pid pid={pid} />,
    state: { tone: phase === 'running' ? 'ok' : 'busy', text: state[phase] },
    since,
  };
}

export function partCells(part: PartView, { words }: Telling): Cells {
  const told = words.supervision;
  const { id, kind, state, restarts, reason, restart, intensity, pid, waiting } = part;
  const notes = [
    ...(waiting ? [told.waits(String(waiting))] : []),
    ...(restarts > 0 ? [told.restarts(String(restarts))] : []),
    ...(reason === null ? [] : [told.lastReason(told.reasons[reason] ?? reason)]),
  ];
  return {
    name: told.parts[id],
    hint: (
      <>
        {told.partHints[id]}
        {kind !== 'worker' && ` · ${told.kinds[kind]}`}
        {pid !== null && (
          <>
            {' '}
            <Pid pid={pid} />
          </>
        )}
      </>
    ),
    state: { tone: state === 'running' ? 'ok' : 'bad', text: told.state[state] },
    note: notes.join(' · '),
    rule: { text: told.restart[restart], hint: told.ruleHints[restart] },
    intensity: intensity && <Intensity intensity={intensity} />,
    since: part.since,
  };
}

export function enginesCells({ hosts, accountsMax, lost, lastLost, restart }: EnginesView, { words }: Telling): Cells {
  const told = words.supervision;
  return {
    name: told.engines,
    hint: told.enginesHint(String(accountsMax)),
    note: (
      <span>
        {hosts.length === 0 ? told.noHosts : told.counts.running(String(hosts.length))}
        {lost > 0 && ` · ${told.lostHosts(String(lost))}`}
        {lastLost && ' · '}
        {lastLost && <LostBy reason={lastLost.reason} told={told} />}
      </span>
    ),
    rule: { text: told.restart[restart], hint: told.ruleHints[restart] },
    memory: <Memory mb={sumOf(hosts)} />,
  };
}

interface LostByProps {
  readonly reason: string;
  readonly told: Telling['words']['supervision'];
}

/** How a process ended is nearly always all that is known; what else may be said of it is in Muster’s own English. */
function LostBy({ reason, told }: LostByProps) {
  const how = HOST_ENDED.exec(reason)?.[1];
  return how ? <span>{told.hostEnded(how)}</span> : <span lang="en">{reason}</span>;
}

const HOST_ENDED = /^the engine host ended: (.+)$/;

const HOST_TONES: Readonly<Record<EngineHostView['state'], Tone>> = {
  starting: 'busy',
  running: 'ok',
  leaving: 'rest',
  ending: 'bad',
};

export function hostCells(
  { pid, state, since, memoryMb, accounts }: EngineHostView,
  max: number,
  { words }: Telling,
): Cells {
  const told = words.supervision;
  return {
    name: told.host,
    hint: <Pid pid={pid} />,
    state: { tone: HOST_TONES[state], text: told.state[state] },
    note: told.ofAccounts(String(accounts.length), String(max)),
    memory: <Memory mb={memoryMb} />,
    since,
  };
}

export function browserCells(
  { accountId, browser }: EngineHostView['accounts'][number],
  budgetMb: number,
  { words, language, labelOf }: Telling,
): Cells {
  const told = words.supervision;
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  return {
    name: (
      <a href={accountHref(accountId)} tabIndex={-1}>
        {labelOf(accountId)}
      </a>
    ),
    hint: browser ? (
      <>
        {told.browser} <Pid pid={browser.pid} />
      </>
    ) : (
      told.noBrowser
    ),
    note:
      browser &&
      `${told.processes(String(browser.processes))} · ${words.account.browser(percent.format(browser.cpuPercent / 100))}`,
    memory: browser && <Memory mb={browser.memoryMb} budgetMb={budgetMb} />,
  };
}

function Pid({ pid }: { readonly pid: number }) {
  return <code>pid {pid}</code>;
}

/** Of hosts and browsers together; null while nothing was measured. */
function sumOf(hosts: readonly EngineHostView[]): number | null {
  const all = hosts.flatMap(({ memoryMb, accounts }) => [
    memoryMb,
    ...accounts.map((of) => of.browser?.memoryMb ?? null),
  ]);
  const known = all.filter((mb) => mb !== null);
  return known.length === 0 ? null : known.reduce((sum, mb) => sum + mb, 0);
}
