import type { DriverCapability } from '#libs/contracts/capabilities';

/** Apart from the driver, so that the runtime can answer for it without loading the library and a browser's driver. */
export const WHATSAPP_CAN: ReadonlySet<DriverCapability> = new Set<DriverCapability>([
  'qr',
  'pairing-code',
  'send-text',
  'lookup',
  'logout',
]);
