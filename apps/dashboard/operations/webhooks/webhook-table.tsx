import type { WebhookView } from '#libs/contracts/webhook';
import { webhookHref } from '../../parts/route.js';
import { useFleet, useNow, useWords } from '../../parts/shell.js';
import { formatDuration, formatMoment } from '../../parts/time.js';
import { formatNumber } from '../../parts/figures.js';
import { Mark } from '../mark.js';
import { WebhookActions } from './webhook-actions.js';

export interface WebhookTableProps {
  readonly webhooks: readonly WebhookView[];
  /** Something was done: look again at once. */
  readonly changed: () => void;
}

export function WebhookTable({ webhooks, changed }: WebhookTableProps) {
  const { words } = useWords();
  const { title, webhook, state, events, waiting, dead, last, actions } = words.operations.webhooks;
  return (
    <div className="card ops-scroll">
      <table className="sheet-table sheet-stacked ops-webhooks" aria-label={title}>
        <thead>
          <tr>
            {[webhook, state, events].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {[waiting, dead, last].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
            <th scope="col">{actions}</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((one) => (
            <Row key={one.id} webhook={one} changed={changed} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ webhook, changed }: { readonly webhook: WebhookView; readonly changed: () => void }) {
  const { words, language } = useWords();
  const now = useNow();
  const { waiting: waitingWord, dead: deadWord, last } = words.operations.webhooks;
  const { waiting, dead, lastTakenAt } = webhook.deliveries;
  return (
    <tr data-webhook={webhook.id}>
      <th scope="row">
        <div className="ops-webhook-name">
          <a href={webhookHref(webhook.id)}>{webhook.label}</a>
          <code className="secondary">{webhook.url}</code>
        </div>
      </th>
      <td>
        <State webhook={webhook} />
      </td>
      <td className="ops-webhook-events">
        <Scope webhook={webhook} />
      </td>
      <td className="number" data-label={waitingWord} data-none={waiting === 0 || undefined}>
        {formatNumber(waiting, language)}
      </td>
      <td
        className="number"
        data-label={deadWord}
        data-tone={dead > 0 ? 'bad' : undefined}
        data-none={dead === 0 || undefined}
      >
        {formatNumber(dead, language)}
      </td>
      <td className="number" data-label={last} data-none={lastTakenAt === null || undefined}>
        {lastTakenAt === null ? (
          words.operations.never
        ) : (
          <time dateTime={lastTakenAt} title={formatMoment(lastTakenAt, now, language)}>
            {words.operations.charts.ago(formatDuration(now - Date.parse(lastTakenAt), language))}
          </time>
        )}
      </td>
      <td>
        <WebhookActions webhook={webhook} changed={changed} />
      </td>
    </tr>
  );
}

/** One that failed after it last took something is failing, whatever it is called. */
function isFailing({ lastFailedAt, lastTakenAt }: WebhookView['deliveries']): boolean {
  return lastFailedAt !== null && (lastTakenAt === null || lastFailedAt > lastTakenAt);
}

function State({ webhook: { state, pausedBy, deliveries } }: { readonly webhook: WebhookView }) {
  const { words, language } = useWords();
  const now = useNow(60_000);
  const told = words.operations.webhooks;
  const failing = isFailing(deliveries);
  const tone = state === 'paused' ? 'rest' : failing ? 'bad' : 'ok';
  return (
    <>
      <p className="ops-part-state" data-tone={tone}>
        <Mark tone={tone} />
        {state === 'paused' ? told.paused : failing ? told.failing : told.active}
      </p>
      {pausedBy && <p className="secondary">{told.pausedBy[pausedBy]}</p>}
      {failing && deliveries.lastFailedAt !== null && (
        <p className="secondary ops-error">
          <span lang="en">{deliveries.lastError}</span>{' '}
          <time dateTime={deliveries.lastFailedAt}>{formatMoment(deliveries.lastFailedAt, now, language)}</time>
        </p>
      )}
    </>
  );
}

function Scope({ webhook: { events, accountId } }: { readonly webhook: WebhookView }) {
  const { words } = useWords();
  const { byId } = useFleet();
  const { allAccounts, ofAccount } = words.operations.webhooks;
  return (
    <>
      <code>{events.join(', ')}</code>
      <p className="secondary">
        {accountId === null ? allAccounts : ofAccount(byId.get(accountId)?.label ?? accountId)}
      </p>
    </>
  );
}
