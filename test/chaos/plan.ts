import { SeededDice } from '#test/simulation/seeded-dice';

export const TARGETS = ['runtime', 'engine host', 'browser', 'renderer', 'Postgres', 'backend', 'stand-in'] as const;
export type Target = (typeof TARGETS)[number];

/** `pause` is SIGSTOP, and SIGCONT after a while; `freeze` is SIGSTOP for ever. */
export const MANNERS = { kill: 'kill -9', term: 'SIGTERM', pause: 'SIGSTOP, SIGCONT', freeze: 'SIGSTOP' } as const;
export type Manner = keyof typeof MANNERS;
export type StrikeKind = `${Target} ${Manner}`;

/** What goes wrong outside of our processes while they are struck. */
export const TROUBLES = {
  'network reset': 2,
  'network silent': 2,
  'socket down': 2,
  'hasSynced early': 1,
  'hasSynced never': 1,
  'page crash': 2,
  'page reload': 1,
  'page hangs': 1,
  'send taken, unanswered': 2,
  'send lost, unanswered': 2,
  'sends refused': 1,
  'site answers 500': 1,
  'page never boots': 1,
  'slow sync': 1,
  conflict: 1,
  'disk full': 2,
} as const;
export type Trouble = keyof typeof TROUBLES;

export interface Strike {
  readonly kind: StrikeKind;
  /** Which one, where there are several: 0 is the first, 1 behind the last. */
  readonly pick: number;
  /** After the strike before it, or the beginning of the round. */
  readonly delayMs: number;
  /** Until SIGCONT; of a freeze that only an operator ends, until then. */
  readonly holdMs: number;
}

/** Of the account that is paired at the beginning of a round: struck between the scan and CONNECTED, or after it. */
export type Pairing = 'scanned' | 'connected';

export interface Round {
  readonly pairing: Pairing | null;
  readonly trouble: { readonly name: Trouble; readonly pick: number; readonly holdMs: number } | null;
  readonly strikes: readonly Strike[];
}

/** How often each kind is taken. The stand-in is only ever paused: its journal, which is our witness, dies with it. */
export const LONG_BAG: Bag = {
  'runtime kill': 8,
  'runtime term': 4,
  'runtime pause': 2,
  'runtime freeze': 1,
  'engine host kill': 5,
  'engine host term': 1,
  'engine host pause': 1,
  'engine host freeze': 1,
  'browser kill': 8,
  'browser term': 2,
  'browser pause': 1,
  'browser freeze': 1,
  'renderer kill': 4,
  'renderer term': 1,
  'renderer pause': 1,
  'renderer freeze': 1,
  'Postgres kill': 4,
  'Postgres term': 1,
  'Postgres pause': 2,
  'Postgres freeze': 1,
  'backend kill': 2,
  'stand-in pause': 2,
};
export type Bag = Readonly<Partial<Record<StrikeKind, number>>>;

export interface PlanOptions {
  readonly bag?: Bag;
  /** False: nothing but strikes. */
  readonly troubles?: boolean;
}

/** WhatsApp's own figure: a login was lost by a kill within 4 s after `ready`. */
const AFTER_PAIRING_MS_MAX = 5_000;
const MID_PAIRING_MS_MAX = 1_200;
/** A start takes 1 to 3 s, a stop 1 to 2: a second strike finds the runtime in the middle of either. */
const SECOND_MS_MAX = 3_000;
const FIRST_MS_MAX = 800;
const SECOND_CHANCE = 0.35;
const TROUBLE_CHANCE = 0.3;
const PAIRING_EVERY = 12;

/** The same rounds for the same seed, without end. What comes of them in real time is never the same. */
export function* planRounds(
  seed: number,
  { bag = LONG_BAG, troubles = true }: PlanOptions = {},
): Generator<Round, never> {
  const dice = new SeededDice(seed);
  const kinds = drawFrom(bag, dice.fork());
  const pairingAt = dice.between(0, PAIRING_EVERY - 1);
  for (let n = 0; ; n += 1) {
    const round = dice.fork();
    const pairing = n % PAIRING_EVERY === pairingAt ? (round.chance(0.3) ? 'scanned' : 'connected') : null;
    const firstMs = pairing === 'connected' ? AFTER_PAIRING_MS_MAX : pairing ? MID_PAIRING_MS_MAX : FIRST_MS_MAX;
    const strikes = [strikeOf(kinds.next().value, round, firstMs)];
    if (round.chance(SECOND_CHANCE)) strikes.push(strikeOf(kinds.next().value, round, SECOND_MS_MAX));
    yield {
      pairing,
      trouble: pairing === null && round.chance(TROUBLE_CHANCE) && troubles ? troubleOf(round) : null,
      strikes,
    };
  }
}

function strikeOf(kind: StrikeKind, dice: SeededDice, delayMsMax: number): Strike {
  return { kind, pick: dice.next(), delayMs: dice.between(0, delayMsMax), holdMs: dice.between(200, 6_000) };
}

function troubleOf(dice: SeededDice): Round['trouble'] {
  return { name: dice.pickWeighted<Trouble>(TROUBLES), pick: dice.next(), holdMs: dice.between(500, 5_000) };
}

/** From a bag that is refilled when it is empty, so that no kind is rare by chance. */
function* drawFrom(bag: Bag, dice: SeededDice): Generator<StrikeKind, never> {
  const all = (Object.entries(bag) as [StrikeKind, number][]).flatMap(([kind, count]) =>
    Array<StrikeKind>(count).fill(kind),
  );
  for (;;) {
    const left = [...all];
    while (left.length > 0) yield left.splice(dice.between(0, left.length - 1), 1)[0]!;
  }
}

export function partsOf(kind: StrikeKind): { readonly target: Target; readonly manner: Manner } {
  const at = kind.lastIndexOf(' ');
  return { target: kind.slice(0, at) as Target, manner: kind.slice(at + 1) as Manner };
}
