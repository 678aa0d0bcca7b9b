import type { Page } from 'puppeteer';
import type { Witness } from '#libs/drivers/witness.contract';
import type { WhatsappSession } from '#libs/drivers/whatsapp/whatsapp.session';

/** The puppet strings, past all that guards them. */
export function pageOf({ session }: Witness): Page {
  const guarded = session as unknown as { current?: { session: WhatsappSession } };
  return (guarded.current?.session ?? (session as WhatsappSession)).client!.pupPage!;
}

export interface PageWindow {
  WWebJS?: unknown;
  require(name: 'WAWebSocketModel'): { Socket: { state: string; set(patch: { state: string }): void } };
}

/** The page itself changes its state, whatever the servers say. */
export async function forceState(witness: Witness, state: string): Promise<void> {
  await pageOf(witness).evaluate(
    (to) => void (globalThis as unknown as PageWindow).require('WAWebSocketModel').Socket.set({ state: to }),
    state,
  );
}
