import { beforeEach, describe, expect, it } from 'vitest';
import { MEDIA_READ_AHEAD_MAX, MEDIA_RETRY_FIRST_MS, MEDIA_RETRY_MS_MAX } from '#libs/contracts/limits/media';
import type { MediaView } from '#libs/contracts/media';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { Driver } from '#libs/drivers/driver';
import type { MediaFiles } from '#src/supervision/ports';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
/** From the first try to the last of a file that is gone, and a little. */
const ALL_TRIES_MS = 100_000;
let stage: NodeStage;
let onDisk: Map<string, Uint8Array>;
let adopted: string[];
let isDiskFull: boolean;

const media: MediaFiles = {
  fileOf: () => Promise.resolve(null),
  incomingPath: (messageId) => Promise.resolve(`incoming/${messageId}`),
  adopt(accountId, path, about): Promise<Outcome<MediaView>> {
    if (isDiskFull) return Promise.resolve(refused('disk_full'));
    adopted.push(path);
    const bytes = onDisk.get(path)!.length;
    const at = new Date(stage.clock.now()).toISOString();
    const kept = { id: path, accountId, origin: 'received', bytes, sha256: '', createdAt: at, expiresAt: at } as const;
    return Promise.resolve(accepted({ ...about, ...kept }));
  },
};
const carrier = {
  write: (path: string, bytes: Uint8Array) => Promise.resolve(void onDisk.set(path, bytes)),
  has: () => Promise.resolve(true),
  copy: () => Promise.reject(new Error('nobody sends from a disk here')),
};

beforeEach(async () => {
  onDisk = new Map<string, Uint8Array>();
  adopted = [];
  isDiskFull = false;
  stage = new NodeStage({ media, carrier });
  await stage.connected(alice);
});

const picture = (id: string): void =>
  stage.provider.phones.send(alice, {
    from: BOB,
    providerMessageId: id,
    kind: 'image',
    media: { mimeType: 'image/png', bytes: new Uint8Array(7) },
  });
const stored = () => [...stage.messages.inboxTable.stored.values()];
const wanted = () => stage.messages.inboxTable.mediaWanted(alice, 10);

describe('files of messages that came in', () => {
  it('are fetched one by one, and told when they are here', async () => {
    for (const id of ['p1', 'p2', 'p3']) picture(id);
    await stage.clock.settle();
    await stage.clock.advance(1_000);
    expect(stored().map(({ bytes, mimeType }) => ({ bytes, mimeType }))).toEqual(
      Array(3).fill({ bytes: 7, mimeType: 'image/png' }),
    );
    expect(new Set(adopted).size).toBe(3);
    expect(stage.events.filter((event) => event === 'message.media')).toHaveLength(3);
  });

  it('are given up when the provider has them no more, after several tries', async () => {
    picture('p1');
    stage.provider.phones.loseFile('p1');
    await stage.clock.advance(1_000);
    expect(wanted()).toMatchObject([{ tries: 1 }]);
    await stage.clock.advance(ALL_TRIES_MS);
    expect(wanted()).toEqual([]);
    expect(stored()).toEqual([]);
    expect(stage.events.at(-1)).toBe('message.media');
    expect(stage.clock.pending).toBe(0);
  });

  it('one that is not to be had holds up no other', async () => {
    picture('p1');
    stage.provider.phones.loseFile('p1');
    await stage.clock.advance(1_000);
    picture('p2');
    await stage.clock.advance(1_000);
    expect(stored()).toHaveLength(1);
    expect(wanted()).toMatchObject([{ providerMessageId: 'p1' }]);
  });

  it('many that are not to be had hold up no other', async () => {
    for (let n = 0; n < MEDIA_READ_AHEAD_MAX + 1; n += 1) {
      picture(`lost${n}`);
      stage.provider.phones.loseFile(`lost${n}`);
    }
    picture('p1');
    await stage.clock.advance(MEDIA_RETRY_FIRST_MS - 1_000);
    expect(stored()).toHaveLength(1);
  });

  it('are waited for over hours, less and less often, while the provider has no answer', async () => {
    let asked = 0;
    let isSilent = true;
    const driver = (real: Driver): Driver => ({
      ...real,
      open(opening, report) {
        const session = real.open(opening, report);
        return {
          kill: () => session.kill(),
          ask(name, ask) {
            if (name !== 'fetchMedia') return session.ask(name, ask);
            asked += 1;
            if (!isSilent) return session.ask(name, ask);
            return Promise.resolve({ ok: false, why: 'unanswered', detail: 'the phone uploads it again' } as const);
          },
        };
      },
    });
    stage = new NodeStage({ media, carrier, driver });
    await stage.connected(alice);
    picture('p1');
    await stage.clock.advance(4 * MEDIA_RETRY_MS_MAX);
    expect(asked).toBeLessThan(10);
    isSilent = false;
    await stage.clock.advance(MEDIA_RETRY_MS_MAX);
    expect(stored()).toHaveLength(1);
  });

  it('are waited for while the disk is full', async () => {
    isDiskFull = true;
    picture('p1');
    await stage.clock.advance(ALL_TRIES_MS);
    expect(wanted()).toMatchObject([{ tries: 0 }]);
    isDiskFull = false;
    await stage.clock.advance(MEDIA_RETRY_FIRST_MS);
    expect(stored()).toHaveLength(1);
  });

  it('are fetched by the next session, or the next process, when this one ends before', async () => {
    stage.provider.setFaults(alice, { swallowAnswers: true });
    picture('p1');
    await stage.clock.settle();
    stage.restart();
    stage.provider.setFaults(alice, { swallowAnswers: false });
    stage.adopt(alice);
    await stage.accounts.restore(true);
    await stage.clock.advance(10_000);
    expect(stored()).toHaveLength(1);
    expect(adopted).toHaveLength(1);
  });

  it('are left where they are when that is wished, and told as failed', async () => {
    stage = new NodeStage({ media, carrier, receivesMedia: false });
    await stage.connected(alice);
    picture('p1');
    await stage.clock.advance(ALL_TRIES_MS);
    expect(stage.told).toMatchObject([{ media: { state: 'failed' } }]);
    expect(wanted()).toEqual([]);
  });
});
