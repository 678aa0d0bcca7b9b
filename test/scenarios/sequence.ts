import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '#libs/client/wait-until';
import { listProcesses, listUsersOfProfile } from '#libs/processes/process-table';
import { isAlive } from '#libs/processes/process-identity';
import { SeededDice } from '#test/simulation/seeded-dice';
import { killExactly, nameOf, type WhatsappStage } from '#test/support/whatsapp-stage';
import { browsersAmong } from './browsers-among.js';

/** What anybody may do to an account at any moment, and what may befall its browser; by how often. */
const DEEDS = {
  connect: 5,
  connectTwice: 2,
  disconnect: 4,
  restart: 3,
  logout: 1,
  deleteAndCreate: 1,
  killBrowser: 3,
} as const;
type Deed = keyof typeof DEEDS;

const DEEDS_MIN = 4;
const DEEDS_MAX = 9;
const ACCOUNTS = 2;
/** From "at once" to "about when the browser is up": the moment is what is tried. */
const GAP_MS_MAX = 1_200;
/** A close by force at its deadline, and a moment for a machine on which several sequences run. */
const END = { timeoutMs: 45_000, everyMs: 100 };
const LOOK_EVERY_MS = 25;

export interface SequenceResult {
  readonly seed: number;
  /** What was done and seen, with the time since the beginning. */
  readonly story: readonly string[];
  readonly violations: readonly string[];
  readonly browsers: number;
}

/**
 * Plays one sequence on a running stage: random deeds with random gaps, on accounts of its own, on the real browser. At
 * every look an account has one browser at most; at the end, all disconnected, there is none and no lock.
 * The seed gives the same deeds and gaps again; what the machine makes of them is its own.
 */
export async function playSequence(stage: WhatsappStage, seed: number): Promise<SequenceResult> {
  const dice = new SeededDice(seed);
  const startedAt = performance.now();
  const story: string[] = [];
  const tell = (text: string): void => void story.push(`${Math.round(performance.now() - startedAt)} ms  ${text}`);
  const ids: string[] = [];
  const ever: string[] = [];
  const create = async (n: number): Promise<void> => {
    ids[n] = await stage.create(`${seed}.${n}`);
    ever.push(ids[n]);
    tell(`account ${n} is ${ids[n]}`);
  };
  for (let n = 0; n < ACCOUNTS; n++) {
    await stage.control.setPhone(`+4917${String(seed).padStart(7, '0')}${n}`, { scansNewQr: true });
    await create(n);
  }
  const watch = watchBrowsers(stage, ever);
  try {
    for (let left = dice.between(DEEDS_MIN, DEEDS_MAX); left > 0; left--) {
      const [deed, n] = [dice.pickWeighted<Deed>(DEEDS), dice.between(0, ACCOUNTS - 1)];
      tell(`${deed} ${n}`);
      await PLAYS[deed](stage, ids[n]!, () => create(n));
      await pause(dice.between(0, GAP_MS_MAX));
    }
    const violations = await endAll(stage, ids, ever, tell);
    return { seed, story, violations: [...watch.end(), ...violations], browsers: watch.seen() };
  } finally {
    watch.end();
  }
}

type Play = (stage: WhatsappStage, id: string, create: () => Promise<void>) => Promise<unknown>;

const PLAYS: Readonly<Record<Deed, Play>> = {
  connect: ({ client }, id) => client.accounts.connect(id),
  connectTwice: ({ client }, id) => Promise.all([client.accounts.connect(id), client.accounts.connect(id)]),
  disconnect: ({ client }, id) => client.accounts.disconnect(id),
  restart: ({ client }, id) => client.accounts.restart(id),
  logout: ({ client }, id) => client.accounts.logout(id),
  deleteAndCreate: async ({ client }, id, create) => {
    await client.accounts.delete(id);
    await create();
  },
  killBrowser: async (stage, id) => {
    const browser = browsersAmong(stage.browserOf(id)).find(isAlive);
    if (browser !== undefined) killExactly(browser);
  },
};

/** Disconnects all, and says what is left of them that must not be. */
async function endAll(
  stage: WhatsappStage,
  ids: readonly string[],
  ever: readonly string[],
  tell: (text: string) => void,
): Promise<readonly string[]> {
  tell('disconnect all');
  const { accounts } = stage.client;
  await Promise.all(ids.map((id) => accounts.disconnect(id)));
  const left = async (): Promise<readonly string[]> => {
    const views = await Promise.all(ids.map((id) => accounts.get(id)));
    const locks = await stage.profileLocks();
    return [
      ...views.filter(({ detail }) => detail !== 'DISCONNECTED.idle').map(({ id, detail }) => `${id} is ${detail}`),
      ...ever.flatMap((id) => stage.browserOf(id).map((entry) => `${id} has ${nameOf(entry)}`)),
      ...locks.filter((name) => ever.some((id) => name.includes(id))).map((name) => `lock ${name}`),
    ];
  };
  const last = await waitUntil('nothing', left, ({ length }) => length === 0, END).catch(left);
  for (const id of ids)
    for (const { at, from, to, event, cause } of await stage.stepsAfter(id, 0))
      tell(`${id.slice(-4)} ${at} ${from} → ${to} by ${event} (${cause})`);
  return last;
}

/** Looks at the process table all along. */
function watchBrowsers(stage: WhatsappStage, ids: readonly string[]) {
  const violations: string[] = [];
  const pids = new Set<number>();
  const timer = setInterval(() => {
    const all = listProcesses();
    for (const id of ids) {
      const browsers = browsersAmong(listUsersOfProfile(stage.profileOf(id), all));
      for (const { pid } of browsers) pids.add(pid);
      if (browsers.length > 1 && violations.length < 10)
        violations.push(`${new Date().toISOString()} ${id} has two browsers: ${browsers.map(nameOf).join(' and ')}`);
    }
  }, LOOK_EVERY_MS);
  return {
    seen: () => pids.size,
    end: () => {
      clearInterval(timer);
      return violations;
    },
  };
}
