import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { identify, isAlive, type ProcessIdentity } from '#libs/processes/process-identity';
import { setStage, type WhatsappStage } from '#test/support/whatsapp-stage';
import { type Episode, type Ordeal, playOrdeal, storyOf } from './episode.js';

export interface Person {
  readonly name: string;
  readonly number: string;
  readonly id: string;
}

/** Some paired accounts on one runtime, and a program of somebody else whose command line nearly looks like ours. */
export interface ScenarioStage<Name extends string> extends AsyncDisposable {
  readonly stage: WhatsappStage;
  readonly cast: Readonly<Record<Name, Person>>;
  /** One account's ordeal; its next one waits for the end of this. All who are in none meanwhile may not move. */
  play(who: Person, ordeal: Ordeal): Promise<Episode>;
  /** A fault at this person's pages, until it is removed or worn off. */
  strikeAt: FaultAt;
}

type Fault = Parameters<WhatsappStage['control']['setFault']>[0];
type Unaimed<F> = F extends unknown ? Omit<F, 'number' | 'device'> : never;
export type FaultAt = (who: Person, fault: Unaimed<Fault>) => Promise<{ remove(): Promise<void> }>;

export interface StageOptions {
  /** The browsers', beside those that lead them to the stand-in. */
  readonly flags?: readonly string[];
}

/** All are CONNECTED, each in an engine host of its own. */
export async function setScenario<const Name extends string>(
  names: readonly Name[],
  env: NodeJS.ProcessEnv = {},
  { flags = [] }: StageOptions = {},
): Promise<ScenarioStage<Name>> {
  const stage = await setStage({ ENGINE_HOST_ACCOUNTS_MAX: '1', ...env }, flags);
  const people = await arriveAll(stage, names).catch(async (error: unknown) => {
    await stage[Symbol.asyncDispose]();
    throw error;
  });
  const cast = Object.fromEntries(people.map((person) => [person.name, person])) as Record<Name, Person>;
  const stranger = startStranger(`--user-data-dir=${stage.profileOf(people[0]!.id)}0`);
  const { play } = takeTurns(stage, people, () =>
    expect(isAlive(stranger.identity), 'a program of somebody else').toBe(true),
  );
  return {
    stage,
    cast,
    play,
    strikeAt: async ({ number }, fault) => {
      const { id } = await stage.control.setFault({ ...fault, number });
      return { remove: () => stage.control.removeFault(id) };
    },
    async [Symbol.asyncDispose]() {
      stranger.end();
      await stage[Symbol.asyncDispose]();
    },
  };
}

function takeTurns(stage: WhatsappStage, people: readonly Person[], afterwards: () => void) {
  const ordeals: { readonly id: string; endedAt: number }[] = [];
  const turns = new Map<string, Promise<unknown>>();

  const playNow = async (who: Person, ordeal: Ordeal): Promise<Episode> => {
    const startedAt = performance.now();
    const mine = { id: who.id, endedAt: Infinity };
    ordeals.push(mine);
    const others = people.filter(({ id }) => id !== who.id);
    const seqs = await Promise.all(others.map(({ id }) => stage.lastSeq(id)));
    try {
      const episode = await playOrdeal(stage, who.id, ordeal);
      const busy = new Set(ordeals.filter(({ endedAt }) => endedAt > startedAt).map(({ id }) => id));
      for (const [n, { id, name }] of others.entries())
        if (!busy.has(id)) expect(`${name} ${storyOf(await stage.stepsAfter(id, seqs[n]!))}`).toBe(`${name} `);
      afterwards();
      return episode;
    } finally {
      mine.endedAt = performance.now();
    }
  };
  const play = (who: Person, ordeal: Ordeal): Promise<Episode> => {
    const before = turns.get(who.id) ?? Promise.resolve();
    const turn = before.then(() => playNow(who, ordeal));
    turns.set(
      who.id,
      turn.catch(() => 'told by its own test'),
    );
    return turn;
  };
  return { play };
}

/** Each must be scanned while its code is fresh: no more at once than a machine brings up meanwhile. */
const ARRIVE_AT_ONCE = 10;

async function arriveAll(stage: WhatsappStage, names: readonly string[]): Promise<readonly Person[]> {
  const people: Person[] = [];
  while (people.length < names.length) {
    const next = names.slice(people.length, people.length + ARRIVE_AT_ONCE);
    const numbers = next.map((_, n) => `+4917000002${people.length + n + 10}`);
    people.push(...(await Promise.all(next.map((name, n) => arrive(stage, name, numbers[n]!)))));
  }
  return people;
}

async function arrive(stage: WhatsappStage, name: string, number: string): Promise<Person> {
  const id = await stage.create(name);
  await stage.pair(id, number);
  return { name, number, id };
}

/** Logins moved aside, of one account. */
export async function trashedLogins(stage: WhatsappStage, { id }: Person): Promise<readonly string[]> {
  const trash = join(stage.runtime.dataDir, 'sessions', 'trash');
  return (await readdir(trash).catch(() => [])).filter((name) => name.includes(id));
}

function startStranger(argument: string): { readonly identity: ProcessIdentity; end(): void } {
  const args = ['-e', 'setInterval(() => {}, 1000)', '--', argument];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  return { identity: identify(child.pid!)!, end: () => void child.kill('SIGKILL') };
}
