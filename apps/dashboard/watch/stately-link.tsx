import { useEffect, useState } from 'react';
import { useShell, useWords } from '../parts/shell.js';

/** To the same account in Stately’s inspector, where an operator has switched that on; else nothing. */
export function StatelyLink({ id }: { readonly id: string }) {
  const { words } = useWords();
  const { muster } = useShell();
  const [path, setPath] = useState<string | null>(null);
  useEffect(() => {
    let isThere = true;
    muster.about().then(
      ({ statelyInspector }) => isThere && setPath(statelyInspector),
      () => undefined, // the frame tells when nobody answers
    );
    return () => {
      isThere = false;
    };
  }, [muster]);
  if (path === null) return null;
  // Beside the dashboard, wherever a proxy has put both. It is our own page, and takes the key from this tab as its opener.
  const { href } = new URL(`..${path}?accounts=${id}`, location.href.split('#', 1)[0]);
  return (
    <a className="button" href={href} target="_blank" rel="opener" title={words.watch.statelyHint}>
      {words.watch.stately}
    </a>
  );
}
