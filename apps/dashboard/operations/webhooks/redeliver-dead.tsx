import { useState } from 'react';
import { useAsked } from '../../parts/asked.js';
import { Dialog } from '../../parts/dialog.js';
import { useWords } from '../../parts/shell.js';
import { formatNumber } from '../../parts/figures.js';

export interface RedeliverDeadProps {
  readonly count: number;
  /** Answers how many. */
  readonly redeliver: () => Promise<number>;
  readonly done: () => void;
}

/** A thousand events at once are a load for whoever receives them, so it is asked first. */
export function RedeliverDead({ count, redeliver, done }: RedeliverDeadProps) {
  const { words, language } = useWords();
  const { busy, ask } = useAsked();
  const [asking, setAsking] = useState(false);
  const [put, setPut] = useState<number | null>(null);
  const told = words.operations.webhooks;
  const number = formatNumber(count, language);
  const act = (): void =>
    ask(async () => {
      setPut(await redeliver());
      setAsking(false);
      done();
    });
  return (
    <div className="sheet-actions">
      <p className="secondary" role="status">
        {put !== null && told.put(formatNumber(put, language))}
      </p>
      {count > 0 && (
        <button type="button" className="button small" disabled={busy} onClick={() => setAsking(true)}>
          {told.redeliverAll(number)}
        </button>
      )}
      {asking && <Question count={number} busy={busy} act={act} close={() => setAsking(false)} />}
    </div>
  );
}

interface QuestionProps {
  readonly count: string;
  readonly busy: boolean;
  readonly act: () => void;
  readonly close: () => void;
}

/** Nothing is lost by it, so it is no question in red. */
function Question({ count, busy, act, close }: QuestionProps) {
  const { words } = useWords();
  const { sure } = words.operations.webhooks;
  return (
    <Dialog title={sure.title(count)} close={close}>
      <div className="form">
        <p>{sure.text}</p>
        <div className="actions">
          <button type="button" className="button" autoFocus onClick={close}>
            {words.cancel}
          </button>
          <button type="button" className="button primary" disabled={busy} onClick={act}>
            {sure.yes}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
