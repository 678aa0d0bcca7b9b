import { Notice } from './notice.js';
import { useFleet, useWords } from './shell.js';

/** The last question had no answer: what is shown is from the one before. While the line is lost, too, the frame says so. */
export function NoAnswer({ error }: { readonly error: unknown }) {
  const { words } = useWords();
  const { line } = useFleet();
  if (error === null || line.is === 'stale') return null;
  return (
    <div className="no-answer">
      <Notice tone="warn" title={words.trouble.silent}>
        <p>{words.trouble.silentHint}</p>
      </Notice>
    </div>
  );
}
