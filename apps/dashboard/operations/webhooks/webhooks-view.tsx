import { useCallback } from 'react';
import type { WebhookView } from '#libs/contracts/webhook';
import { Loading } from '../../parts/loading.js';
import { Empty } from '../../parts/notice.js';
import { operationsHref } from '../../parts/route.js';
import { useShell, useWords } from '../../parts/shell.js';
import { NoAnswer } from '../../parts/no-answer.js';
import { usePolled } from '../../parts/polled.js';
import { DeadLetters } from './dead-letters.js';
import { Deliveries } from './deliveries.js';
import { WebhookTable } from './webhook-table.js';

const LOOK_EVERY_MS = 3_000;
/** The largest page there is; more webhooks than 25 for all accounts are rare. */
const PAGE_ITEMS = 500;

/** Who is told of events, what each was told, and what nobody took. */
export function WebhooksView({ webhookId }: { readonly webhookId: string | null }) {
  const { muster } = useShell();
  const { words } = useWords();
  const ask = useCallback(async (): Promise<readonly WebhookView[]> => {
    const webhooks: WebhookView[] = [];
    for await (const webhook of muster.webhooks.all({ limit: PAGE_ITEMS })) webhooks.push(webhook);
    return webhooks;
  }, [muster]);
  const { value: webhooks, error, again } = usePolled(ask, LOOK_EVERY_MS);
  const told = words.operations.webhooks;
  const one = webhookId === null ? null : (webhooks?.find(({ id }) => id === webhookId) ?? null);
  return (
    <>
      <NoAnswer error={error} />
      {webhookId !== null && (
        <a className="back" href={operationsHref('webhooks')}>
          <span aria-hidden="true">←</span> {told.back}
        </a>
      )}
      {webhooks === null && <Loading />}
      {webhooks?.length === 0 && webhookId === null && (
        <Empty title={told.none}>
          <p>{told.noneHint}</p>
        </Empty>
      )}
      {webhooks !== null && webhookId !== null && one === null && <Empty title={told.missing} />}
      {one && (
        <>
          <WebhookTable webhooks={[one]} changed={again} />
          <Deliveries key={one.id} webhook={one} changed={again} />
        </>
      )}
      {webhookId === null && webhooks !== null && webhooks.length > 0 && (
        <>
          <WebhookTable webhooks={webhooks} changed={again} />
          <DeadLetters webhooks={webhooks} changed={again} />
        </>
      )}
    </>
  );
}
