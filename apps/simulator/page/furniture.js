import { define } from './registry.js';

/** Modules that the library only wants to be there: it patches them, listens to them, or calls them for courtesy. */
const nothing = () => {};
const nothingLater = async () => {};

define('WAWebStreamModel', { Stream: { markAvailable: nothing, markUnavailable: nothing } });
define('WAWebPresenceChatAction', { sendPresenceAvailable: nothingLater, sendPresenceUnavailable: nothingLater });
define('WAWebSyncGatingUtils', { isPlaceholderMessageResendEnabled: () => false });
define('WAWebCallCollection', { calls: new Map(), on: nothing });
define('WAWebBackendJobsCommon', { mediaTypeFromProtobuf: () => null });
define('WAWebE2EProtoUtils', { typeAttributeFromProtobuf: () => 'text' });
define('WAWebContactProfilePicThumbBridge', { requestProfilePicFromServer: nothingLater });
define('WAWebContactStatusBridge', { getStatus: async () => ({ status: null }) });
define('WAWebPhoneUtils', { formattedPhoneNumber: (jid) => `+${jid.split('@')[0]}` });
