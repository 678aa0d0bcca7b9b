import { waitUntil } from '#libs/client/wait-until';
import type { SoakPerson, SoakScene } from './soak-scene.js';
import type { Blow } from './strike.js';

/** Found after 40 s at worst, closed by force after 15 more, back within 10 s of back-off and a launch; and twice that. */
const HEAL_MS_MAX = 150_000;
const LOOK_EVERY_MS = 500;

/** Waits until everybody is connected, and those that had to have a new session. Rejects with who is not, and how they stand. */
export async function untilHealed(scene: SoakScene, { newSessions }: Blow, struckAt: number): Promise<void> {
  const must = new Set(newSessions);
  const unwell = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    try {
      for await (const { id, detail, since, reason } of scene.runtime.client.accounts.all({ limit: 500 })) {
        const isBack = detail === 'CONNECTED.online' && (!must.has(id) || Date.parse(since) > struckAt);
        if (!isBack)
          found.push(`${nameOf(scene.people, id)} ${detail} since ${since} (${reason?.code ?? 'no reason'})`);
      }
      const { status } = await scene.runtime.client.health.ready();
      return status === 'ok' ? found : [...found, `readiness: ${status}`];
    } catch (error) {
      return [`the API says ${(error as Error).message}`]; // the store is away: it must come back, too
    }
  };
  await waitUntil('everybody well', unwell, ({ length }) => length === 0, {
    timeoutMs: HEAL_MS_MAX,
    everyMs: LOOK_EVERY_MS,
  });
}

const nameOf = (people: readonly SoakPerson[], id: string): string => people.find((one) => one.id === id)?.name ?? id;
