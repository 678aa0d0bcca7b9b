import type { DeliveryView, WebhookView } from '#libs/contracts/webhook';
import { useAsked } from '../../parts/asked.js';
import { accountHref, webhookHref } from '../../parts/route.js';
import { useFleet, useNow, useShell, useWords } from '../../parts/shell.js';
import { formatDuration, formatMoment } from '../../parts/time.js';
import { formatNumber } from '../../parts/figures.js';
import { Mark } from '../mark.js';

export interface DeliveryTableProps {
  readonly deliveries: readonly DeliveryView[];
  readonly label: string;
  /** By id, where deliveries of several are shown. */
  readonly webhooks?: ReadonlyMap<string, WebhookView>;
  readonly changed: () => void;
}

export function DeliveryTable({ deliveries, label, webhooks, changed }: DeliveryTableProps) {
  const { words } = useWords();
  const { event, webhook, state, attempts, answer, when, actions } = words.operations.webhooks;
  return (
    <div className="ops-scroll">
      <table className="sheet-table sheet-stacked ops-deliveries" aria-label={label}>
        <thead>
          <tr>
            {[event, ...(webhooks ? [webhook] : []), state].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col" className="number">
              {attempts}
            </th>
            {[answer, when, actions].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <Row key={delivery.id} delivery={delivery} webhooks={webhooks} changed={changed} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends Pick<DeliveryTableProps, 'webhooks' | 'changed'> {
  readonly delivery: DeliveryView;
}

function Row({ delivery, webhooks, changed }: RowProps) {
  const { muster } = useShell();
  const { words, language } = useWords();
  const { busy, ask } = useAsked();
  const now = useNow(60_000);
  const { attempts: attemptsWord, redeliver } = words.operations.webhooks;
  const { id, webhookId, event, eventId, attempts, createdAt, state } = delivery;
  return (
    <tr data-delivery={id} data-state={state}>
      <th scope="row">
        <div className="ops-delivery-event">
          <code title={eventId}>{event}</code>
          <About delivery={delivery} />
        </div>
      </th>
      {webhooks && (
        <td>
          <a href={webhookHref(webhookId)}>{webhooks.get(webhookId)?.label ?? webhookId.slice(0, 8)}</a>
        </td>
      )}
      <td>
        <State delivery={delivery} />
      </td>
      <td className="number" data-label={attemptsWord}>
        {formatNumber(attempts, language)}
      </td>
      <td>
        <Answer delivery={delivery} />
      </td>
      <td>
        <time dateTime={createdAt}>{formatMoment(createdAt, now, language)}</time>
      </td>
      <td>
        {state !== 'waiting' && (
          <button
            type="button"
            className="button small"
            aria-label={`${redeliver}: ${event}`}
            disabled={busy}
            onClick={() =>
              ask(async () => {
                await muster.webhooks.redeliver(webhookId, id);
                changed();
              })
            }
          >
            {redeliver}
          </button>
        )}
      </td>
    </tr>
  );
}

function About({ delivery: { accountId } }: { readonly delivery: DeliveryView }) {
  const { byId } = useFleet();
  if (accountId === null) return null;
  return (
    <a className="secondary" href={accountHref(accountId)}>
      {byId.get(accountId)?.label ?? accountId.slice(0, 8)}
    </a>
  );
}

const TONES = { waiting: 'waiting', taken: 'ok', dead: 'bad' } as const;

function State({ delivery: { state, nextAttemptAt, attempts } }: { readonly delivery: DeliveryView }) {
  const { words, language } = useWords();
  const now = useNow();
  const { states, nextAt, nextNow } = words.operations.webhooks;
  const waitsMs = nextAttemptAt === null ? null : Date.parse(nextAttemptAt) - now;
  return (
    <>
      <p className="ops-part-state" data-tone={TONES[state]}>
        <Mark tone={TONES[state]} />
        {states[state]}
      </p>
      {state === 'waiting' && attempts > 0 && waitsMs !== null && (
        <p className="secondary">{waitsMs < 1_000 ? nextNow : nextAt(formatDuration(waitsMs, language))}</p>
      )}
    </>
  );
}

function Answer({ delivery: { attempts, lastStatus, lastError, durationMs } }: { readonly delivery: DeliveryView }) {
  const { words, language } = useWords();
  if (attempts === 0) return <span className="nothing">–</span>;
  return (
    <>
      {lastStatus === null ? words.operations.webhooks.noAnswer : <code>{lastStatus}</code>}
      {durationMs !== null && <span className="secondary number"> {formatDurationMs(durationMs, language)}</span>}
      {lastError !== null && (
        <p className="secondary ops-error" lang="en" title={lastError}>
          {lastError}
        </p>
      )}
    </>
  );
}

const formatDurationMs = (ms: number, language: string): string =>
  ms < 10_000 ? `${formatNumber(ms, language)} ms` : formatDuration(ms, language);
