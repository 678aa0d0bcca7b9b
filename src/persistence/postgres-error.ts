/**
 * Why our own Postgres isn't there; the message is for the person who starts the program and says what to do.
 * `port_taken` and `still_in_use` pass by themselves and are tried again inside; they get out only at the deadline.
 */
export type PostgresTrouble =
  | 'unsupported_platform'
  | 'folder_closed'
  | 'other_version'
  | 'data_damaged'
  | 'port_taken'
  | 'still_in_use'
  | 'did_not_start'
  | 'stopped';

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly why: PostgresTrouble,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
