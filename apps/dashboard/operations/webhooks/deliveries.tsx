import { useCallback, useState } from 'react';
import { DELIVERY_STATES, type DeliveryView, type WebhookView } from '#libs/contracts/webhook';
import { Loading } from '../../parts/loading.js';
import { Empty } from '../../parts/notice.js';
import { useShell, useWords } from '../../parts/shell.js';
import { DeliveryTable } from './delivery-table.js';
import { useDeliveries } from './delivery-pages.js';
import { RedeliverDead } from './redeliver-dead.js';

export interface DeliveriesProps {
  readonly webhook: WebhookView;
  readonly changed: () => void;
}

/** What one webhook was told, newest first. */
export function Deliveries({ webhook, changed }: DeliveriesProps) {
  const { muster } = useShell();
  const { words } = useWords();
  const [state, setState] = useState<DeliveryView['state'] | null>(null);
  const list = useCallback(
    (limit: number) => muster.webhooks.deliveries(webhook.id, { limit, state: state ?? undefined }),
    [muster, webhook.id, state],
  );
  const { deliveries, more, showMore, again } = useDeliveries(list);
  const told = words.operations.webhooks;
  const done = (): void => {
    again();
    changed();
  };
  return (
    <section className="card sheet" aria-labelledby="ops-deliveries-title">
      <div className="sheet-head">
        <h2 id="ops-deliveries-title">{told.deliveries}</h2>
        <div className="sheet-actions">
          <RedeliverDead
            count={webhook.deliveries.dead}
            redeliver={() => muster.webhooks.redeliverDead(webhook.id)}
            done={done}
          />
          <select
            aria-label={told.ofState}
            value={state ?? ''}
            onChange={({ target }) => setState((target.value || null) as DeliveryView['state'] | null)}
          >
            <option value="">{told.anyState}</option>
            {DELIVERY_STATES.map((name) => (
              <option key={name} value={name}>
                {told.states[name]}
              </option>
            ))}
          </select>
        </div>
      </div>
      {deliveries === null && <Loading />}
      {deliveries?.length === 0 && (
        <Empty title={told.noDeliveries}>
          <p>{told.noDeliveriesHint}</p>
        </Empty>
      )}
      {deliveries !== null && deliveries.length > 0 && (
        <DeliveryTable deliveries={deliveries} label={told.deliveriesOf(webhook.label)} changed={done} />
      )}
      {more && (
        <button type="button" className="button ops-more" onClick={showMore}>
          {words.operations.more}
        </button>
      )}
    </section>
  );
}
