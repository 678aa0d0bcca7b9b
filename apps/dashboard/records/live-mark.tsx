import { useFleet, useWords } from '../parts/shell.js';

export interface LiveMarkProps {
  readonly isLive: boolean;
  readonly text: string;
  /** Null: it can't be followed. */
  readonly toggle: (() => void) | null;
}

/** Whether what happens now is shown as it happens, and the way to hold it still. */
export function LiveMark({ isLive, text, toggle }: LiveMarkProps) {
  const { words } = useWords();
  const { line } = useFleet();
  const isCut = isLive && line.is !== 'live';
  return (
    <>
      <p className="records-live" role="status" data-is={isLive && !isCut ? 'live' : 'paused'}>
        <span className="records-live-dot" aria-hidden="true" />
        {isCut ? words.line[line.is] : text}
      </p>
      {toggle && (
        <button type="button" className="button small" onClick={toggle}>
          {isLive ? words.records.pause : words.records.follow}
        </button>
      )}
    </>
  );
}
