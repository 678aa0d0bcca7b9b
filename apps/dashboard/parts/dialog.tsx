import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useShell } from './shell.js';
import { TroubleText } from './trouble.js';

export interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/**
 * The browser's own: it keeps the focus inside, gives it back, and Escape closes it. What does not work while it is open is
 * told inside, since all else is out of reach.
 */
export function Dialog({ title, close, wide, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const { trouble, fail } = useShell();
  // Closed while it is still in the page: one that is taken out of it open gives no focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    fail(null);
    element?.showModal();
    return () => {
      element?.close();
      fail(null);
    };
  }, [fail]);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      data-wide={wide || undefined}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
      {trouble !== null && (
        <div role="alert" className="wrong dialog-trouble">
          <TroubleText error={trouble} />
        </div>
      )}
    </dialog>
  );
}
