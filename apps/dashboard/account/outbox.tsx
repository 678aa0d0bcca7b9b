import type { OutboxView, ResumeOutbox } from '#libs/contracts/outbox';
import { useAsked } from '../parts/asked.js';
import { Notice } from '../parts/notice.js';
import { useShell, useWords } from '../parts/shell.js';

export interface OutboxProps {
  readonly id: string;
  readonly outbox: OutboxView | null;
}

/** Nothing goes out, and why; what came of a click, the stream tells. */
export function PausedOutbox({ id, outbox }: OutboxProps) {
  const { muster } = useShell();
  const { words, language } = useWords();
  const { busy, command } = useAsked();
  if (outbox?.state !== 'paused') return null;
  const { sending } = words;
  const waits = outbox.waiting > 0;
  const button = (text: string, waiting: ResumeOutbox['waiting']) => (
    <button
      type="button"
      className="button"
      disabled={busy}
      onClick={() => command((under) => muster.outbox.resume(id, { waiting }, under))}
    >
      {text}
    </button>
  );
  return (
    <div className="outbox">
      <Notice tone="warn" title={sending.paused}>
        <p>{outbox.pausedBy === 'stale' ? sending.stale : sending.byPerson}</p>
        {waits && <p>{sending.waiting(new Intl.NumberFormat(language).format(outbox.waiting))}</p>}
        <div className="actions">
          {waits && button(sending.giveUp, 'fail')}
          {button(waits ? sending.sendAll : sending.resume, 'send')}
        </div>
      </Notice>
    </div>
  );
}

export function PauseOutbox({ id, outbox }: OutboxProps) {
  const { muster } = useShell();
  const { words } = useWords();
  const { busy, command } = useAsked();
  if (outbox?.state !== 'running') return null;
  return (
    <button
      type="button"
      className="button quiet"
      disabled={busy}
      onClick={() => command((under) => muster.outbox.pause(id, under))}
    >
      {words.sending.pause}
    </button>
  );
}
