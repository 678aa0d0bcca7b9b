import type { DeadlineTimer } from '#src/supervision/actor/deadline-timer';
import type { Bug } from './bug.js';
import { LogTable } from './log-table.js';

/** The world is acted upon while the step that ordered it is still being written. */
export const effectsBeforeTheCommit: Bug = {
  name: 'effects before the commit',
  breaks: 'I12',
  infect: ({ recorder }) => {
    const record = recorder.record.bind(recorder);
    recorder.record = (entry) => {
      record(entry).catch(() => undefined);
      return Promise.resolve();
    };
  },
};

/** The store takes what an earlier life of the runtime still had under way when the next one took over. */
export const staleEpochUnchecked: Bug = {
  name: 'stale epoch unchecked',
  breaks: 'I10',
  infect: (_runtime, tables) => Object.assign(tables, { isStale: () => false }),
};

/** An event is written a moment after the change that it tells of, by a statement of its own. */
export const eventBesideItsChange: Bug = {
  name: 'event beside its change',
  breaks: 'log',
  infect: ({ clock }, { log }) => {
    log.add = (news) => void clock.setTimeout(() => LogTable.prototype.add.call(log, news), 1);
  },
};

/** The timer of a deadline that counts no more is left to fire for nothing. */
export const timerLeftBehind: Bug = {
  name: 'timer left behind',
  breaks: 'I11',
  infect: ({ accounts }) => {
    const adopt = accounts.adopt.bind(accounts);
    accounts.adopt = (owned) => {
      const left = adopt(owned);
      for (const { accountId } of owned) {
        const loop = Reflect.get(accounts.find(accountId)!, 'loop') as object;
        const timer = Reflect.get(loop, 'deadline') as DeadlineTimer;
        const arm = timer.arm.bind(timer);
        timer.arm = (due) => {
          if (due) Reflect.set(timer, 'armed', null);
          if (due) arm(due);
        };
      }
      return left;
    };
  },
};
