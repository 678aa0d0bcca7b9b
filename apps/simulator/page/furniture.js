import { define } from './registry.js';

/** Modules that the library only wants to be there: it patches them, listens to them, or calls them for courtesy. */
const nothing = () => {};
const nothingLater = async () => {};

define('WALinkify', {
  findLink: (text) => findLinks(text)[0] ?? null,
  findLinks,
});
define('WAWebLinkPreviewChatAction', { getLinkPreview: nothingLater });
define('WAWebStreamModel', { Stream: { markAvailable: nothing, markUnavailable: nothing } });
define('WAWebPresenceChatAction', { sendPresenceAvailable: nothingLater, sendPresenceUnavailable: nothingLater });
define('WAWebChatStateBridge', {
  sendChatStateComposing: nothingLater,
  sendChatStateRecording: nothingLater,
  sendChatStatePaused: nothingLater,
});
define('WAWebSyncGatingUtils', { isPlaceholderMessageResendEnabled: () => false });
define('WAWebCallCollection', { calls: new Map(), on: nothing });
define('WAWebBackendJobsCommon', { mediaTypeFromProtobuf: () => null });
define('WAWebE2EProtoUtils', { typeAttributeFromProtobuf: () => 'text' });
define('WAWebAddonReactionTableMode', { reactionTableMode: { bulkUpsert: nothingLater } });
define('WAWebAddonPollVoteTableMode', { pollVoteTableMode: { bulkUpsert: nothingLater } });

function findLinks(text) {
  return [...String(text ?? '').matchAll(/https?:\/\/\S+/g)].map(([href]) => ({ href }));
}
