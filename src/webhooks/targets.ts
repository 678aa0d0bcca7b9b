import { v4 as newId } from 'uuid';
import { WEBHOOK_CHECK_MS_MAX } from '#libs/contracts/limits/news';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import { TEST_EVENT, type WebhookTest } from '#libs/contracts/webhook';
import type { Outbound } from '#src/outbound/outbound';
import type { Sender } from './sender.js';

export interface Targets {
  /**
   * Would this URL be asked? One that nobody answers at is taken: its receiver may come later, and each delivery looks
   * again. Refusal: `target_forbidden`.
   */
  check(url: string): Promise<Outcome<null>>;
  test(webhookId: string, target: { readonly url: string; readonly secret: string }): Promise<WebhookTest>;
}

export function createTargets(outbound: Pick<Outbound, 'check'>, sender: Sender, clock: { now(): number }): Targets {
  return {
    async check(url) {
      const verdict = await outbound.check(url, AbortSignal.timeout(WEBHOOK_CHECK_MS_MAX));
      const refusal = !verdict.ok && (verdict.why === 'forbidden' || verdict.why === 'unusable');
      return refusal ? refused('target_forbidden', verdict.detail) : accepted(null);
    },
    async test(webhookId, { url, secret }) {
      const at = new Date(clock.now()).toISOString();
      const about = { id: '0', cursor: '0', topic: 'webhooks', event: TEST_EVENT, accountId: null, at } as const;
      const body = { ...about, data: { webhookId } };
      const letter = { url, secret, body, deliveryId: newId(), attempt: 1 };
      const { taken, status, error, durationMs } = await sender.send(letter, NEVER);
      return { taken, status, error, durationMs };
    },
  };
}

/** Its own limit ends it. */
const NEVER = new AbortController().signal;
