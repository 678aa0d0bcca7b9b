import type { DriverFact, SessionOpening, SessionOrderName, SessionOrders } from '#libs/contracts/session';
import { DISCARD_LOGIN_MS_MAX } from '#libs/contracts/limits/runtime';
import { isLastFact } from '#libs/contracts/session';
import type { Driver, DriverSession } from '#libs/drivers/driver';
import type { VirtualClock } from '#test/support/virtual-clock';
import type { Life } from './life.js';
import type { SeededDice } from './seeded-dice.js';

/** What a dead life leaves behind is closed within this time, and before the next one begins. */
export const GUARDIAN_MS_MAX = 200;
/** Share of the logins that are moved aside slowly, and how long that takes at most: no longer than is waited for. */
const SLOW_DISK = 0.1;
const DISCARD_MS_MAX = DISCARD_LOGIN_MS_MAX - 1_000;
/** Whoever ends something by force looks again so often whether it is gone. */
const KILL_LOOK_MS = 1_000;

export interface WireWorld {
  readonly time: VirtualClock;
  readonly dice: SeededDice;
  readonly life: Life;
  readonly driver: Driver;
  /** Longest way of one order or fact. */
  readonly delayMsMax: number;
  readonly onOpen: (opening: SessionOpening) => void;
  readonly onAsk: (opening: SessionOpening, order: SessionOrderName) => void;
  /** A kill has arrived at the far end. */
  readonly onKill: (opening: SessionOpening) => void;
  /** How long even force takes now. */
  readonly killTakesMs: (opening: SessionOpening) => number;
  readonly onFact: (opening: SessionOpening, fact: DriverFact) => void;
  /** Texts were handed over, in this order, by a life that has ended since. */
  readonly onStrayTexts: (opening: SessionOpening, texts: readonly SessionOrders['send']['ask'][]) => void;
}

/**
 * A driver as one in another process is seen: orders go there and facts come back each in their order, but each takes its
 * time. When the life at this end is over, what is on its way out may still arrive; nothing comes back.
 */
export function wireTo(world: WireWorld): Driver {
  const { driver, life, delayMsMax } = world;
  return {
    provider: driver.provider,
    can: driver.can,
    open: (opening, report) => {
      if (!life.pass('open')) return DEAD;
      world.onOpen(opening);
      return openWired(world, opening, report);
    },
    discardLogin: (accountId) => {
      if (!life.pass('discard login')) return life.never();
      return new Promise((resolve) => {
        world.time.setTimeout(
          () => {
            void driver.discardLogin(accountId).then(() => life.pass('discarded') && resolve());
          },
          world.dice.chance(SLOW_DISK) ? world.dice.between(1, DISCARD_MS_MAX) : world.dice.between(1, 1 + delayMsMax),
        );
      });
    },
    close: () => Promise.resolve(),
  };
}

/** What a dead life's code gets: no answers. */
const DEAD: DriverSession = { ask: () => new Promise(() => undefined), kill: () => new Promise(() => undefined) };

function openWired(world: WireWorld, opening: SessionOpening, report: (fact: DriverFact) => void): DriverSession {
  const { driver, life, time, dice, delayMsMax } = world;
  const lane = (): ((run: () => void) => void) => {
    let lastAt = 0;
    return (run) => {
      lastAt = Math.max(lastAt, time.now() + dice.between(0, delayMsMax));
      if (delayMsMax === 0) return run();
      time.setTimeout(run, lastAt - time.now());
    };
  };
  const out = lane();
  const back = lane();
  let session: DriverSession | null = null;
  let over = false;

  const hear = (fact: DriverFact): void => {
    over ||= isLastFact(fact);
    back(() => {
      if (!life.pass(fact.type)) return;
      world.onFact(opening, fact);
      report(fact);
    });
  };
  out(() => {
    // A host opens nothing for a process that is gone.
    if (life.isAlive) session = driver.open(opening, hear);
  });

  const ask: DriverSession['ask'] = (name, question) => {
    if (!life.pass(name)) return life.never();
    world.onAsk(opening, name);
    return new Promise((resolve) =>
      out(() => {
        if (!session || (!life.isAlive && !arrivesLate(world, opening, name, question))) return;
        void session.ask(name, question).then((answer) => back(() => life.pass(`${name} answered`) && resolve(answer)));
      }),
    );
  };
  const kill = (): Promise<void> => {
    if (!life.pass('kill')) return life.never();
    return new Promise((resolve) =>
      out(() => {
        world.onKill(opening);
        const end = (): void => {
          const takesMs = life.isAlive ? world.killTakesMs(opening) : 0;
          if (takesMs > 0) time.setTimeout(end, Math.min(takesMs, KILL_LOOK_MS));
          else void session?.kill().then(() => back(() => life.pass('killed') && resolve()));
        };
        end();
      }),
    );
  };
  world.life.onEnd(() => {
    // The guardian at the far end closes what a dead life leaves behind.
    if (!over) time.setTimeout(() => void session?.kill(), dice.between(1, GUARDIAN_MS_MAX));
  });
  return { ask, kill };
}

/** Of a dead life's orders only a text still matters: the far end may have read it before it noticed the death. */
function arrivesLate<Name extends SessionOrderName>(
  world: WireWorld,
  opening: SessionOpening,
  name: Name,
  question: SessionOrders[Name]['ask'],
): boolean {
  const texts = textsIn(name, question);
  const unread = texts.findIndex(() => world.dice.chance(0.5));
  world.onStrayTexts(opening, unread < 0 ? texts : texts.slice(0, unread));
  return false;
}

function textsIn(name: SessionOrderName, question: object): readonly SessionOrders['send']['ask'][] {
  if (name === 'send') return [question as SessionOrders['send']['ask']];
  return name === 'sendInTurn' ? (question as SessionOrders['sendInTurn']['ask']).messages : [];
}
