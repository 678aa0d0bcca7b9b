/** How fast this WhatsApp is when nothing is wrong. All in ms but the count. */
export interface Settings {
  /** From the login to hasSynced. */
  readonly syncMs: number;
  /** From the scan to the login. */
  readonly pairMs: number;
  /** How long a phone that scans by itself looks at a new QR first, so that others see it too. */
  readonly autoScanMs: number;
  /** From a message to its answer, and between its acknowledgements. */
  readonly answerMs: number;
  /** How long a QR code is good. */
  readonly qrTtlMs: number;
  /** After so many codes the page goes UNPAIRED_IDLE. */
  readonly qrCodesMax: number;
}

/** 20 s and six codes are WhatsApp's own figures; the others are as short as a test can see. */
export const usualSettings: Settings = {
  syncMs: 300,
  pairMs: 100,
  autoScanMs: 1_000,
  answerMs: 5,
  qrTtlMs: 20_000,
  qrCodesMax: 6,
};
