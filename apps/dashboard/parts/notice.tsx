import type { ReactNode } from 'react';

export interface NoticeProps {
  readonly tone: 'calm' | 'warn' | 'bad';
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Something a person should know; spoken by screen readers when it comes. */
export function Notice({ tone, title, children, action }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <div className="notice-text">
        <strong>{title}</strong>
        {children}
      </div>
      {action}
    </div>
  );
}

/** In the place of what is not there. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
