import { waitUntil } from '#libs/client/wait-until';
import { WEBHOOK_EVENTS, type Evidence, gatherEvidence } from './evidence.js';
import { judge } from './judge.js';
import { backMsMax } from './patience.js';
import { type PlanOptions, planRounds, type StrikeKind, TARGETS } from './plan.js';
import { untilQuiet } from './quiet.js';
import { playRound, type RoundResult } from './round.js';
import { type ChaosStage, isReady, setChaosStage } from './stage.js';
import type { Violation } from './violation.js';

export interface RunOptions extends PlanOptions {
  readonly seed: number;
  /** Processes struck; faults of the provider, of the network and of the disk come on top. */
  readonly kills: number;
  readonly accounts: number;
  /** So long after the first round no further one begins, when so many processes were struck at least. */
  readonly msMax: number;
  readonly killsMin?: number;
  /** The runtime's logs, also when all went well. */
  readonly keepLogs?: boolean;
  readonly ending?: AbortSignal;
  readonly told?: (round: RoundResult, kills: number) => void;
}

export interface RunResult {
  readonly options: RunOptions;
  readonly evidence: Evidence;
  readonly violations: readonly Violation[];
  /** What could not be played here. */
  readonly notPlayed: readonly string[];
  readonly kills: number;
  readonly browsers: number;
  readonly starts: number;
  readonly backMsMax: number;
  readonly tookMs: number;
  /** Of the runtime's logs; null when they were removed. */
  readonly logDir: string | null;
}

/** Plays rounds of a seed until so many processes were struck, waits for silence, and has all of it judged. */
export async function runChaos(options: RunOptions): Promise<RunResult> {
  const startedAt = performance.now();
  let violations: readonly Violation[] | null = null;
  const keep = (): boolean => options.keepLogs === true || violations === null || violations.length > 0;
  await using stage = await setChaosStage({ seed: options.seed, keep });
  const patienceMs = backMsMax(options.accounts);
  const { id: webhookId } = await stage.client.webhooks.create({
    url: stage.receiver.url,
    events: [...WEBHOOK_EVENTS],
  });
  for (let n = 0; n < options.accounts; n += 1) await stage.fleet.pair();
  const rounds = await playRounds(stage, options, patienceMs);
  if (isStuck(rounds)) await startAfresh(stage);
  await settle(stage, webhookId);
  const evidence = await gatherEvidence(stage, rounds);
  violations = judge(evidence);
  return {
    options,
    evidence,
    violations,
    notPlayed: stage.disk === null ? ['disk full: no disk may be mounted here'] : [],
    kills: killsIn(rounds),
    browsers: stage.watch.seen,
    starts: stage.service.starts,
    backMsMax: patienceMs,
    tookMs: performance.now() - startedAt,
    logDir: keep() ? stage.folder : null,
  };
}

async function playRounds(
  stage: ChaosStage,
  { seed, kills, msMax, killsMin = 0, ending, told, ...plan }: RunOptions,
  patienceMs: number,
): Promise<readonly RoundResult[]> {
  const startedAt = performance.now();
  const rounds: RoundResult[] = [];
  for (const round of planRounds(seed, plan)) {
    const isLate = performance.now() - startedAt > msMax && killsIn(rounds) >= killsMin;
    const isOver = killsIn(rounds) >= kills || isLate || ending?.aborted === true;
    // What is stuck once would only be stuck again.
    if (isOver || isStuck(rounds)) break;
    const result = await playRound(stage, rounds.length + 1, round, patienceMs);
    rounds.push(result);
    told?.(result, killsIn(rounds));
  }
  return rounds;
}

const isStuck = (rounds: readonly RoundResult[]): boolean => (rounds.at(-1)?.stuck.length ?? 0) > 0;

const FRESH = { timeoutMs: 60_000, everyMs: 200 };

/** What hangs would hold up the evidence, too. */
async function startAfresh({ service, url }: ChaosStage): Promise<void> {
  const { starts } = service;
  service.send('SIGKILL');
  const isFresh = async (): Promise<boolean> => service.starts > starts && (await isReady(url));
  await waitUntil('a fresh runtime', isFresh, Boolean, FRESH);
}

/** Nobody writes any more; what is on its way comes to its end. */
async function settle({ client, traffic, journal, fleet }: ChaosStage, webhookId: string): Promise<void> {
  await traffic.endAll();
  const deliveries = async (): Promise<readonly string[]> => {
    const { waiting } = (await client.webhooks.get(webhookId)).deliveries;
    return waiting > 0 ? [`${waiting} deliveries`] : [];
  };
  await untilQuiet(client, journal, fleet.members, deliveries);
}

export function killsIn(rounds: readonly RoundResult[]): number {
  return rounds.reduce((sum, { strikes }) => sum + strikes.length, 0);
}

/** In the order of the targets. */
export function strikesByKind(rounds: readonly RoundResult[]): ReadonlyMap<StrikeKind, readonly number[]> {
  const strikes = rounds.flatMap((round) => round.strikes);
  const kinds = [...new Set(strikes.map(({ kind }) => kind))];
  const place = (kind: StrikeKind): number => TARGETS.findIndex((target) => kind.startsWith(`${target} `));
  kinds.sort((one, other) => place(one) - place(other) || one.localeCompare(other));
  return new Map(
    kinds.map((kind) => [kind, strikes.filter((strike) => strike.kind === kind).map(({ backMs }) => backMs)]),
  );
}
