/**
 * A stream that can't go on.
 *
 * - `cursor_expired`: what came after `since` is not kept any more. Read the accounts anew, and begin without `since`.
 * - `refused`: Muster closed it for good; the message says why.
 */
export class MusterStreamError extends Error {
  constructor(
    readonly why: 'cursor_expired' | 'refused',
    message: string,
  ) {
    super(message);
    this.name = 'MusterStreamError';
  }
}
