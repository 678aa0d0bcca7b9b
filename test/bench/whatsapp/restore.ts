import type { Figure } from '../figure.js';
import { median } from '../percentile.js';
import type { WhatsappFleet } from './fleet.js';

export const RESTORED = [1, 3, 5, 10] as const;
/** What Muster may need beyond the bare script: its share for watching, and its own start with Postgres. */
const SHARE_MAX = 1.15;
const START_SECONDS_MAX = 2;

/** From the start of the process until all are connected: Muster and the bare script in turn, in one run. */
export async function benchWhatsappRestore(fleet: WhatsappFleet, rounds: number): Promise<readonly Figure[]> {
  const most = RESTORED[RESTORED.length - 1]!;
  await fleet.bare.ours.pair(most);
  const figures: Figure[] = [];
  for (const count of RESTORED.filter((each) => each <= fleet.accountIds.length)) {
    await fleet.want(count);
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await fleet.stop();
      const run = await fleet.bare.ours.start(count);
      bare.push(run.seconds);
      await run.end();
      ours.push(await fleet.start(count));
    }
    figures.push(...compare(count, median(ours), median(bare), rounds, count === most));
  }
  return figures;
}

function compare(count: number, ours: number, bare: number, rounds: number, judged: boolean): readonly Figure[] {
  const note = `median of ${rounds}, in turn`;
  const bar = { below: SHARE_MAX * bare + START_SECONDS_MAX };
  return [
    {
      name: `restore of ${count} WhatsApp accounts, all CONNECTED`,
      value: ours,
      unit: 's',
      note,
      ...(judged ? { bar } : {}),
    },
    { name: `  a bare script with the same library, browser and flags`, value: bare, unit: 's', note },
    { name: `  ratio`, value: ours / bare, unit: '×' },
  ];
}
