import { Component, type ReactNode } from 'react';
import { Notice } from './notice.js';
import { useWords } from './shell.js';

interface BoundaryState {
  readonly broken: boolean;
}

/** A page that cannot be fetched (an upgrade took its file away) or breaks leaves the frame standing. A class: React asks for one. */
export class Boundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { broken: false };

  static getDerivedStateFromError(): BoundaryState {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { words } = useWords();
  const again = (
    <button type="button" className="button" onClick={() => location.reload()}>
      {words.pages.again}
    </button>
  );
  return (
    <Notice tone="bad" title={words.pages.broken} action={again}>
      <p>{words.pages.brokenHint}</p>
    </Notice>
  );
}
