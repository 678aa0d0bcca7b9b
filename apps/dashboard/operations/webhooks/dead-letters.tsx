import { useCallback, useMemo } from 'react';
import type { WebhookView } from '#libs/contracts/webhook';
import { Empty } from '../../parts/notice.js';
import { useShell, useWords } from '../../parts/shell.js';
import { DeliveryTable } from './delivery-table.js';
import { useDeliveries } from './delivery-pages.js';
import { RedeliverDead } from './redeliver-dead.js';

export interface DeadLettersProps {
  readonly webhooks: readonly WebhookView[];
  readonly changed: () => void;
}

/** What no receiver took in time, of all webhooks. */
export function DeadLetters({ webhooks, changed }: DeadLettersProps) {
  const { muster } = useShell();
  const { words } = useWords();
  const list = useCallback((limit: number) => muster.webhooks.everyDelivery({ state: 'dead', limit }), [muster]);
  const { deliveries, more, showMore, again } = useDeliveries(list);
  const byId = useMemo(() => new Map(webhooks.map((webhook) => [webhook.id, webhook])), [webhooks]);
  const count = webhooks.reduce((sum, webhook) => sum + webhook.deliveries.dead, 0);
  const told = words.operations.webhooks;
  const done = (): void => {
    again();
    changed();
  };
  return (
    <section className="card sheet" aria-labelledby="ops-dead-title">
      <div className="sheet-head">
        <h2 id="ops-dead-title">{told.deadLetters}</h2>
        <RedeliverDead count={count} redeliver={() => muster.webhooks.redeliverEveryDead()} done={done} />
      </div>
      {deliveries !== null && deliveries.length > 0 ? (
        <DeliveryTable deliveries={deliveries} label={told.deadLetters} webhooks={byId} changed={done} />
      ) : (
        <Empty title={told.noDead}>
          <p>{told.noDeadHint}</p>
        </Empty>
      )}
      {more && (
        <button type="button" className="button ops-more" onClick={showMore}>
          {words.operations.more}
        </button>
      )}
    </section>
  );
}
