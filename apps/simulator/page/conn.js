import { line } from './line.js';
import { Model } from './model.js';
import { define } from './registry.js';

/** What the page knows of its own account and, before that, of the QR it shows. */
export const Conn = new Model({
  ref: undefined,
  pushname: undefined,
  platform: 'android',
  battery: undefined,
  plugged: undefined,
});
Conn.canSetMyPushname = () => false;

define('WAWebConnModel', { Conn });
define('WAWebAltDeviceLinkingApi', {
  setPairingType: () => {},
  initializeAltDeviceLinking: async () => {},
  initializeQRLinking: async () => {},
  startAltLinkingFlow: async (phone) => line.ask({ type: 'code', phone: String(phone) }),
});

let browser = { os: 'Linux', name: 'Chrome', version: '101' };
define('WAWebMiscBrowserUtils', { info: () => browser });
