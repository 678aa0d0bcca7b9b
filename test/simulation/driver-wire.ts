import type { DriverFact, SessionOpening, SessionOrderName, SessionOrders } from '#libs/contracts/session';
import { isLastFact } from '#libs/contracts/session';
import type { Driver, DriverSession } from '#libs/drivers/driver';
import type { VirtualClock } from '#test/support/virtual-clock';
import type { Life } from './life.js';
import type { SeededDice } from './seeded-dice.js';

/** What a dead life leaves behind is closed within this time, and before the next one begins. */
export const GUARDIAN_MS_MAX = 200;

export interface WireWorld {
  readonly time: VirtualClock;
  readonly dice: SeededDice;
  readonly life: Life;
  readonly driver: Driver;
  /** Longest way of one order or fact. */
  readonly delayMsMax: number;
  readonly onOpen: (opening: SessionOpening) => void;
  readonly onFact: (opening: SessionOpening, fact: DriverFact) => void;
  /** A text was handed over by a life that has ended since; whether it arrived is chance. */
  readonly onStrayText: (opening: SessionOpening, text: SessionOrders['send']['ask']) => void;
}

/**
 * A driver as one in another process is seen: orders go there and facts come back each in their order, but each takes its
 * time. When the life at this end is over, what is on its way out may still arrive; nothing comes back.
 */
export function wireTo(world: WireWorld): Driver {
  const { driver, life } = world;
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
            void driver.discardLogin(accountId).then(() => life.pass('answer') && resolve());
          },
          world.dice.between(1, 1 + world.delayMsMax),
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
      out(() => void session?.kill().then(() => back(() => life.pass('kill') && resolve()))),
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
  if (name === 'send' && world.dice.chance(0.5)) world.onStrayText(opening, question as SessionOrders['send']['ask']);
  return false;
}
