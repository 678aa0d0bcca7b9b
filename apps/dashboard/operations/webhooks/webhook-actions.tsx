import { useState } from 'react';
import type { WebhookTest, WebhookView } from '#libs/contracts/webhook';
import { useAsked } from '../../parts/asked.js';
import { useShell, useWords } from '../../parts/shell.js';
import { formatMs } from '../../parts/figures.js';

/** What may be done with one webhook. All of it can be taken back, so nothing is asked twice. */
export function WebhookActions({ webhook, changed }: { readonly webhook: WebhookView; readonly changed: () => void }) {
  const { muster } = useShell();
  const { words } = useWords();
  const { busy, ask } = useAsked();
  const [result, setResult] = useState<WebhookTest | null>(null);
  const { test, pause, resume } = words.operations.webhooks;
  const { id, label, state } = webhook;
  const set = (how: 'pause' | 'resume'): void =>
    ask(async () => {
      await muster.webhooks[how](id);
      changed();
    });
  return (
    <>
      <div className="sheet-actions">
        <button
          type="button"
          className="button small"
          aria-label={`${test}: ${label}`}
          disabled={busy}
          onClick={() => ask(async () => setResult(await muster.webhooks.test(id)))}
        >
          {test}
        </button>
        <button
          type="button"
          className="button small"
          aria-label={`${state === 'active' ? pause : resume}: ${label}`}
          disabled={busy}
          onClick={() => set(state === 'active' ? 'pause' : 'resume')}
        >
          {state === 'active' ? pause : resume}
        </button>
      </div>
      <p className="ops-result secondary" role="status" data-tone={result && !result.taken ? 'bad' : undefined}>
        {result && <TestResult result={result} />}
      </p>
    </>
  );
}

function TestResult({ result: { taken, status, error, durationMs } }: { readonly result: WebhookTest }) {
  const { words, language } = useWords();
  const { tested, testFailed, answered, noAnswer } = words.operations.webhooks;
  const took = formatMs(durationMs, language);
  if (taken) return tested(String(status), took);
  return testFailed(status === null ? (error ?? noAnswer) : answered(String(status)), took);
}
