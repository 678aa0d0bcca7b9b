import { useWords } from './shell.js';

/** In the place of a page or a list that is on its way. */
export function Loading({ text, lines = 3 }: { readonly text?: string; readonly lines?: number }) {
  const { words } = useWords();
  return (
    <div className="skeleton" role="status" aria-label={text ?? words.pages.loading}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}
