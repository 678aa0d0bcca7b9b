import { Notice } from './notice.js';
import { useWords } from './shell.js';

/** The last question had no answer: what is shown is from the one before. */
export function NoAnswer({ error }: { readonly error: unknown }) {
  const { words } = useWords();
  if (error === null) return null;
  return (
    <Notice tone="warn" title={words.trouble.silent}>
      <p>{words.trouble.silentHint}</p>
    </Notice>
  );
}
