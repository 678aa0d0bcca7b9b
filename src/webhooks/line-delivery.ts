import { setTimeout as delay } from 'node:timers/promises';
import {
  WEBHOOK_BATCH_MAX,
  WEBHOOK_BATCH_MS_MAX,
  WEBHOOK_DEAD_AFTER_MS,
  WEBHOOK_DECISION_AGAIN_MS,
  WEBHOOK_DECISION_LOOK_MS,
  WEBHOOK_DECISION_LOOKS_MAX,
} from '#libs/contracts/limits/news';
import type { WebhookPause } from '#libs/contracts/webhook';
import type { EventBus } from '#src/events/event-bus';
import type { Logger } from '#src/observability/logger';
import type { ObserveDelivery } from '#src/observability/webhook-metrics';
import type { WebhookRepository } from '#src/persistence/webhook.repository';
import type {
  Line,
  Standing,
  WaitingDelivery,
  WaitingLine,
  WebhookDeliveryRepository,
  WebhookToTell,
} from '#src/persistence/webhook-delivery.repository';
import { nextTry } from './retry.policy.js';
import type { Sender, Sent } from './sender.js';
import { createTurns, type Turns } from './turns.js';

export interface DeliveryParts {
  readonly deliveries: WebhookDeliveryRepository;
  readonly webhooks: Pick<WebhookRepository, 'pause'>;
  readonly sender: Sender;
  readonly clock: { now(): number };
  readonly dice: { next(): number };
  readonly bus: EventBus;
  readonly log: Pick<Logger, 'warn'>;
  readonly observe: ObserveDelivery;
}
export type DeliveryOutcome = 'taken' | 'failed' | 'gave_up';

/** Delivers a part of what waits in a line, and plans the next job if there is more to do. Rejects when the store is away. */
export type DeliverLine = (line: Line, signal: AbortSignal) => Promise<void>;

/**
 * A line is delivered by one job at a time: one that comes meanwhile leaves word and goes, and whoever delivers plans the
 * next job when done. This holds in one process, and one process at a time runs the jobs of a database (job-database.ts).
 *
 * The order of a line is the order of its events: each is concluded before the next is sent, and none is sent while one
 * could still turn up before it.
 */
export function createLineDelivery(given: DeliveryParts): DeliverLine {
  const turns = createTurns();
  const parts: Parts = { ...given, turns };
  const underWay = new Map<string, { again: boolean }>();
  return async (line, signal) => {
    const key = `${line.webhookId}:${line.accountId ?? '-'}`;
    const held = underWay.get(key);
    if (held) {
      held.again = true;
      return;
    }
    if (!turns.begin(line)) return;
    const mine = { again: false };
    underWay.set(key, mine);
    let next: number | null = null;
    let others: readonly Line[] = [];
    try {
      next = await deliverSome(parts, line, signal);
    } finally {
      underWay.delete(key);
      others = turns.end(line);
    }
    if (mine.again) next = 0;
    if (next !== null) await parts.deliveries.plan(line, next);
    for (const other of others) await parts.deliveries.plan(other, 0);
  };
}

type Parts = DeliveryParts & { readonly turns: Turns };

/** Answers in how many milliseconds to go on; null: nothing is left, or the webhook is paused or gone. */
async function deliverSome(parts: Parts, line: Line, signal: AbortSignal): Promise<number | null> {
  const found = await findDecided(parts.deliveries, line, signal);
  if (found === null || found.webhook.state !== 'active') return null;
  const { webhook, deliveries, more } = found;
  if (deliveries.length === 0 && more) return WEBHOOK_DECISION_AGAIN_MS;
  const until = performance.now() + WEBHOOK_BATCH_MS_MAX;
  for (const delivery of deliveries) {
    const early = delivery.nextAttemptAt - parts.clock.now();
    if (early > 0) return early;
    if (signal.aborted || performance.now() > until) return 0;
    const step = await attempt(parts, webhook, delivery, signal);
    if (step !== 'go on') return step.next;
  }
  return more ? 0 : null;
}

/** Waits a moment for an event that could still come before the first; when it takes longer, others get their turn. */
async function findDecided(
  deliveries: WebhookDeliveryRepository,
  line: Line,
  signal: AbortSignal,
): Promise<WaitingLine | null> {
  const mark = await deliveries.mark();
  for (let looks = 1; ; looks += 1) {
    const found = await deliveries.waiting(line, WEBHOOK_BATCH_MAX, mark);
    if (found === null || found.deliveries.length > 0 || !found.more) return found;
    if (looks === WEBHOOK_DECISION_LOOKS_MAX || signal.aborted) return found;
    await delay(WEBHOOK_DECISION_LOOK_MS);
  }
}

type Step = 'go on' | { readonly next: number | null };

async function attempt(
  parts: Parts,
  webhook: WebhookToTell,
  delivery: WaitingDelivery,
  signal: AbortSignal,
): Promise<Step> {
  const attempts = delivery.attempts + 1;
  const { url, secret } = webhook;
  const letter = { url, secret, body: delivery.event, deliveryId: delivery.id, attempt: attempts };
  const sent = await parts.sender.send(letter, signal);
  if (sent.interrupted) return { next: 0 };
  parts.turns.heard(webhook.id, sent.taken);
  const now = parts.clock.now();
  if (sent.taken) {
    const standing = await parts.deliveries.taken(delivery.id, webhook.id, { ...sent, at: now });
    parts.observe('taken', sent.durationMs);
    return goOn(webhook, standing);
  }
  const wantedAt = Math.max(delivery.wantedAt, webhook.resumedAt ?? 0);
  const again = nextTry({ attempts, retryAfterMs: sent.retryAfterMs, wantedAt, now, dice: parts.dice.next() });
  const standing = await parts.deliveries.failed(delivery.id, webhook.id, { ...sent, at: now }, again);
  parts.observe(again === null ? 'gave_up' : 'failed', sent.durationMs);
  if (again === null) announceGivenUp(parts, webhook, delivery, now);
  const pause = whyPause(sent, standing, now);
  if (pause !== null) {
    await pauseWebhook(parts, webhook, pause, sent, now);
    return { next: null };
  }
  return again === null ? goOn(webhook, standing) : { next: again - now };
}

/** What a person has changed meanwhile is read anew by the next job. */
const goOn = (webhook: WebhookToTell, standing: Standing): Step =>
  standing?.version === webhook.version ? 'go on' : { next: standing === null ? null : 0 };

function whyPause({ status }: Sent, standing: Standing, now: number): WebhookPause | null {
  if (status === GONE) return 'gone';
  const since = standing?.failingSince ?? now;
  return now - since >= WEBHOOK_DEAD_AFTER_MS ? 'unanswered' : null;
}
/** "The resource is gone for good": the receiver doesn't want this any more. */
const GONE = 410;

async function pauseWebhook(
  { webhooks, bus, log }: DeliveryParts,
  { id, url }: WebhookToTell,
  by: WebhookPause,
  { status }: Sent,
  at: number,
): Promise<void> {
  const paused = await webhooks.pause(id, by, at);
  if (paused === null) return;
  // Not what it said: it may have sent the message back that it was told of.
  log.warn({ webhookId: id, host: new URL(url).host, by, status }, 'a webhook is paused: its receiver takes nothing');
  bus.publish({ event: 'webhook.paused', accountId: paused.accountId, at, webhookId: id });
}

function announceGivenUp({ bus }: DeliveryParts, { id }: WebhookToTell, { event }: WaitingDelivery, at: number): void {
  if (event.event.startsWith('webhook.')) return; // as in the store
  bus.publish({ event: 'webhook.gave-up', accountId: event.accountId, at, webhookId: id });
}
