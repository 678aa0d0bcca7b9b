import type { MusterClient } from '#libs/client/client';

/** Two steps of a history at least: into the way to CONNECTED, and out of it. */
const STEPS_EACH_MIN = 2;

/**
 * Lets an account that nobody scans begin and leave off, until its history has so many steps: two to four come of each
 * time, since the next may find it still closing.
 */
export async function growPast({ accounts }: MusterClient, id: string, stepsMin: number): Promise<void> {
  let seen = 0;
  for (let round = 0; seen < stepsMin && round < stepsMin / STEPS_EACH_MIN; round += 1) {
    await accounts.connect(id);
    await accounts.disconnect(id);
    seen = (await accounts.transitions(id, { after: seen, limit: 500 })).items.at(-1)?.seq ?? seen;
  }
  if (seen < stepsMin) throw new Error(`the history of ${id} has ${seen} steps, and should have ${stepsMin}`);
}
