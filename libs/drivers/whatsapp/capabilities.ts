import { CAPABILITIES, type DriverCapability } from '#libs/contracts/capabilities';

/**
 * All there is. Apart from the driver, so that the runtime can answer for it without loading the library and a browser's
 * driver. A video needs a codec that not every Chromium has: that is found out, and refused, when one is sent.
 */
export const WHATSAPP_CAN: ReadonlySet<DriverCapability> = new Set(CAPABILITIES);
