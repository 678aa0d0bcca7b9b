import type { DriverFact, SessionOpening } from '#libs/contracts/session';
import type { Driver, DriverSession } from '#libs/drivers/driver';

/** Resolves when it is its turn. */
export type TakeTurn = (what: string) => Promise<void>;

export interface Line {
  readonly take: TakeTurn;
  /** Of turns so far. */
  readonly moment: () => number;
}

/** One session of the account, as it was asked for. */
export interface Opened {
  readonly opening: SessionOpening;
  /** When it was told to send something. */
  readonly sendsAt: number[];
  over: boolean;
}

/**
 * A driver as one behind a line, such as an engine host: what is asked goes there in its order, answers and facts come
 * back in theirs, and when is the scheduler's choice. A kill does not wait for the line.
 */
export function holdDriver(driver: Driver, { take, moment }: Line, opened: Opened[]): Driver {
  return {
    ...driver,
    open(opening, report) {
      const life: Opened = { opening, sendsAt: [], over: false };
      opened.push(life);
      const who = `session ${opening.incarnation}`;
      const there = inOrder(take);
      const back = inOrder(take);
      const session = driver.open(opening, (fact) => {
        if (isLast(fact)) life.over = true;
        void back(`${who} says ${wordOf(fact)}`).then(() => report(fact));
      });
      const ask: DriverSession['ask'] = async (name, question) => {
        if (name === 'send') life.sendsAt.push(moment());
        await there(`${who} is asked to ${name}`);
        const answer = await session.ask(name, question);
        await back(`${who} answers ${name}${answer.ok ? '' : `: ${answer.why}`}`);
        return answer;
      };
      return { ask, kill: () => session.kill() };
    },
  };
}

/** Whoever comes first has the first turn. */
function inOrder(take: TakeTurn): TakeTurn {
  let last: Promise<void> = Promise.resolve();
  return (what) => (last = last.then(() => take(what)));
}

const isLast = ({ type }: DriverFact): boolean => type === 'driver.closed' || type === 'driver.dropped';

function wordOf(fact: DriverFact): string {
  const word = fact.type.replace('driver.', '');
  if ('level' in fact) return `${word} ${fact.level}`;
  return 'reason' in fact ? `${word} ${fact.reason}` : word;
}
