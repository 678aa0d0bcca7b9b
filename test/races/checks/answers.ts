import { OPERATIONS } from '#libs/contracts/operations';
import { problemSchema } from '#libs/contracts/problem';
import type { Told } from '../race.js';
import type { Remains } from './remains.js';

/** Every call was answered, as its contract says. */
export function contractKept(told: readonly Told[], lives: number): string[] {
  return told.flatMap(({ call, answer, life }) => {
    const what = `${call.method} ${call.url}`;
    if (answer === null) return life < lives ? [] : [`${what} was not answered, though its runtime lives`];
    const { status, answer: schema, refusals } = OPERATIONS[call.operation];
    if (answer.status === status) {
      const read = schema === null ? null : schema.safeParse(answer.body);
      return read?.error ? [`${what} answered something else than its schema: ${read.error.message}`] : [];
    }
    const problem = problemSchema.safeParse(answer.body);
    if (!problem.success) return [`${what} answered ${answer.status} without a problem`];
    const { code, reference } = problem.data;
    const isKnown = code === 'starting' || refusals.some((refusal) => refusal === code);
    return isKnown ? [] : [`${what} answered ${answer.status} ${code} ${reference ?? ''}`];
  });
}

/** What was answered with yes is in the store, whatever died since. */
export function promisesKept(told: readonly Told[], remains: readonly Remains[]): string[] {
  const byId = new Map(remains.map((account) => [account.id, account]));
  const faults: string[] = [];
  const said = (ask: string, accountId: string): number =>
    told.filter((one) => one.ask.ask === ask && one.accountId === accountId && isYes(one)).length;
  for (const { call, answer } of told)
    if (call.operation === 'createAccount' && answer?.status === 201 && !byId.has((answer.body as Body).id))
      faults.push(`account ${(answer.body as Body).id} was created, and is not there`);
  for (const { id, isDeleted, steps, events } of remains) {
    if (said('delete', id) > 1) faults.push(`${id} was deleted twice`);
    if (said('delete', id) > 0 && !isDeleted) faults.push(`${id} was deleted, and is there`);
    const updates = events.filter(({ name }) => name === 'account.updated').length;
    if (said('patch', id) > updates) faults.push(`${id} was changed, and the log does not know of it`);
    for (const command of ['connect', 'disconnect', 'restart', 'logout']) {
      const taken = steps.filter(({ event }) => event === `account.${command}`).length;
      const did = told.filter((one) => one.accountId === id && one.ask.ask === command && didSomething(one)).length;
      if (did > taken)
        faults.push(`${id} was told that ${command} did something ${did} times, its history knows ${taken}`);
    }
  }
  return faults;
}

interface Body {
  readonly id: string;
  readonly did?: string;
}

const isYes = ({ answer }: Told): boolean => answer !== null && answer.status < 300;

const didSomething = (one: Told): boolean => isYes(one) && (one.answer!.body as Body).did !== 'nothing_to_do';
