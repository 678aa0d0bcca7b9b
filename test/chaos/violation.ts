export const OFFENCES = [
  'lost',
  'doubled',
  'out of order',
  'uncertain',
  'false report',
  'never answered',
  'incoming lost',
  'incoming doubled',
  'stuck',
  'orphan',
  'lock left',
  'two browsers',
  'login lost',
  'at rest',
  'log',
  'webhook',
  'runtime',
  'witness',
] as const;
export type Offence = (typeof OFFENCES)[number];

/** What must not be. */
export interface Violation {
  readonly offence: Offence;
  readonly what: string;
  readonly accountId: string | null;
  /** The message concerned. */
  readonly text: string | null;
}

export function violation(
  offence: Offence,
  what: string,
  accountId: string | null = null,
  text: string | null = null,
): Violation {
  return { offence, what, accountId, text };
}
