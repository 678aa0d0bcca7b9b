import type { Race } from '../race.js';
import { contractKept, promisesKept } from './answers.js';
import { historyWhole } from './history.js';
import { acceptedOnce, pausesHeld, sentOnce } from './messages.js';
import { readRemains } from './remains.js';
import { allAgree, stillObeys } from './rest.js';

/** What must not be, after a race in which anything may have happened. */
export async function examine(race: Race): Promise<readonly string[]> {
  const { told, lives, provider, label, unanswered, complaints } = race;
  const remains = await readRemains(race.store, label);
  const faults = [
    ...[...unanswered].map((client) => `${client} waits for ever`),
    ...contractKept(told, lives),
    ...promisesKept(told, remains),
    ...complaints.map((complaint) => `the log complains: ${complaint}`),
    ...(provider.overlaps > 0 ? ['two sessions of an account were alive at once'] : []),
  ];
  for (const account of remains)
    faults.push(
      ...historyWhole(account),
      ...acceptedOnce(told, account),
      ...sentOnce(provider, account),
      ...pausesHeld(told, race.opened, account),
      ...(await allAgree(race, account)),
    );
  const first = remains.find(({ id }) => id === race.accountId);
  if (first && !first.isDeleted) faults.push(...(await stillObeys(race, first)));
  return faults;
}
