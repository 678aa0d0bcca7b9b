import type { ReactNode } from 'react';
import { Dialog } from '../parts/dialog.js';
import { useWords } from '../parts/shell.js';

export interface ConfirmProps {
  readonly title: string;
  readonly yes: string;
  readonly busy: boolean;
  readonly act: () => void;
  readonly close: () => void;
  /** What is lost. */
  readonly children: ReactNode;
}

/** Before what cannot be taken back. The harmless answer comes first, so that Enter on its own loses nothing. */
export function Confirm({ title, yes, busy, act, close, children }: ConfirmProps) {
  const { words } = useWords();
  return (
    <Dialog title={title} close={close}>
      <div className="form">
        {children}
        <div className="actions">
          <button type="button" className="button" autoFocus onClick={close}>
            {words.cancel}
          </button>
          <button type="button" className="button danger primary" disabled={busy} onClick={act}>
            {yes}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
