import { useState } from 'react';
import { Confirm } from '../../account/confirm.js';
import { useAsked } from '../../parts/asked.js';
import { useWords } from '../../parts/shell.js';
import { formatNumber } from '../figures.js';

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
    <div className="ops-actions">
      <p className="secondary" role="status">
        {put !== null && told.put(formatNumber(put, language))}
      </p>
      {count > 0 && (
        <button type="button" className="button small" disabled={busy} onClick={() => setAsking(true)}>
          {told.redeliverAll(number)}
        </button>
      )}
      {asking && (
        <Confirm
          title={told.sure.title(number)}
          yes={told.sure.yes}
          busy={busy}
          act={act}
          close={() => setAsking(false)}
        >
          <p>{told.sure.text}</p>
        </Confirm>
      )}
    </div>
  );
}
