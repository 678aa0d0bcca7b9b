import { useCallback } from 'react';
import { isReasonCode } from '#libs/contracts/reasons';
import { useWords } from '../../parts/shell.js';
import type { Words } from '../../words/en.js';

/** The cause of a step in words; one that is younger than this page is told by its code. */
export function tellCause(words: Words, cause: string): string {
  if (isReasonCode(cause)) return words.reasons[cause];
  const asked: Readonly<Record<string, string>> = words.history.causes;
  return asked[cause] ?? cause;
}

export function useTellCause(): (cause: string) => string {
  const { words } = useWords();
  return useCallback((cause: string) => tellCause(words, cause), [words]);
}
