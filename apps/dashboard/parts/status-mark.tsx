import type { AccountStatus } from '#libs/contracts/account';
import { useWords } from './shell.js';

/** Shape beside colour: those who can't tell colours read the word, and see that a ring is not a dot. */
export function StatusMark({ status }: { readonly status: AccountStatus }) {
  const { words } = useWords();
  return (
    <span className="status" data-status={status}>
      <span className="status-dot" aria-hidden="true" />
      {words.status[status]}
    </span>
  );
}
