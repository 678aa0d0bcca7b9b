/** What a bare script is told at its start. */
export interface BareOrder {
  readonly count: number;
  /** Where its profiles live; the same again is the same logins again. */
  readonly dataPath: string;
  readonly puppeteer: BarePuppeteer;
}

/** What is left out is puppeteer's and the library's default. */
export interface BarePuppeteer {
  readonly executablePath: string;
  readonly args: string[];
  readonly headless?: boolean | 'shell';
  readonly pipe?: boolean;
}

/** What it is told later, a line of JSON on its input: each client sends so many, one after the other, all clients at once. */
export interface BareSend {
  readonly to: string;
  readonly count: number;
}

/** What it says, a line of JSON each. `n` counts its clients from 0. */
export type BareWord =
  | { readonly is: 'qr'; readonly n: number; readonly qr: string }
  | { readonly is: 'ready'; readonly n: number }
  | { readonly is: 'sent'; readonly seconds: number }
  | { readonly is: 'failed'; readonly n: number; readonly why: string };
