/** Where the driver tells what happened. Never a QR payload, a code, a message's text or a login. */
export interface DriverLog {
  debug(data: object, text: string): void;
  info(data: object, text: string): void;
  warn(data: object, text: string): void;
  error(data: object, text: string): void;
}
