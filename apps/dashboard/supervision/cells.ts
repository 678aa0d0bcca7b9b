import type { ReactNode } from 'react';
import type { Words } from '../words/en.js';

export type Tone = 'ok' | 'busy' | 'wait' | 'bad' | 'rest';

/** What a row shows. What is not given stays empty. */
export interface Cells {
  readonly name: ReactNode;
  readonly hint?: ReactNode;
  /** What the row itself is, when it does something. */
  readonly state?: { readonly tone: Tone; readonly text: string };
  /** Beside the state, or in its place. */
  readonly note?: ReactNode;
  readonly rule?: { readonly text: string; readonly hint: string };
  readonly intensity?: ReactNode;
  readonly memory?: ReactNode;
  /** ISO 8601. */
  readonly since?: string;
}

/** What is needed to put a row into words. */
export interface Telling {
  readonly words: Words;
  readonly language: string;
  readonly aheadMs: number;
  /** The label of an account, or the beginning of its id. */
  readonly labelOf: (accountId: string) => string;
}
