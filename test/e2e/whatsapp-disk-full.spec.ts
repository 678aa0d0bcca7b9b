import { expect, it } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import { mountSmallDisk } from '#test/support/small-disk';
import { restartOf, setStage, WAIT } from '#test/support/whatsapp-stage';

/** The database and its log, one profile with its copy, and DISK_FREE_MB_MIN. */
const DISK_MB = 400;
/** It starts a browser four times; 20 s alone. */
const PATIENT = { timeout: 300_000 };
const [number, friend] = ['+491700000001', '+491700000009'] as const;

const disk = await mountSmallDisk(DISK_MB);

// Without a disk of its own a test would have to fill the machine's.
it.skipIf(disk === null)(
  'a page that writes while the disk is full keeps its login over restarts',
  PATIENT,
  async () => {
    await using small = disk!;
    await using stage = await setStage({}, [], small.path);
    const id = await stage.create('alice');
    await stage.pair(id, number);
    const write = async (text: string): Promise<void> =>
      void (await stage.control.sendIn({ from: friend, to: number, text }));
    const heard = async (text: string) =>
      waitUntil(
        text,
        async () => (await stage.client.messages.list(id, { direction: 'in' })).items.map((each) => each.text),
        (texts) => texts.includes(text),
        WAIT,
      );
    await write('before');
    await heard('before');
    await small.fill();
    // The page stores each; the store of Muster has no room for them, so that only the stand-in can tell when it has them.
    for (let n = 1; n <= 20; n += 1) await write(`while it is full ${n}`);
    await waitUntil(
      'the page to have them',
      async () => (await stage.control.journal({ kind: 'message.delivered' })).length,
      (count) => count >= 21,
      WAIT,
    );
    await small.makeRoom();
    await waitUntil(
      'the store to be back',
      () => stage.client.health.ready(),
      ({ status }) => status === 'ok',
      WAIT,
    );
    const seq = await stage.lastSeq(id);
    // The first start overlooks what was left half written, and writes behind it; the second would find it damaged.
    for (const time of ['first', 'second', 'third']) {
      await restartOf(stage, id);
      await write(`after the ${time} restart`);
      await heard(`after the ${time} restart`);
    }
    expect((await stage.stepsAfter(id, seq)).map(({ to }) => to)).not.toContain('QR_READY');
    await heard('while it is full 20');
    expect(await stage.runtime.stop()).toBe(0);
  },
);
