import { useEffect } from 'react';

/** What the tab is called, so that it is found among others. */
export function useTitle(text: string): void {
  useEffect(() => {
    document.title = `${text} · Muster`;
  }, [text]);
}
