import { line } from './line.js';
import { define } from './registry.js';

/** What the other side is shown of us: writing, speaking, or neither any more. */
const tell = (state) => async (wid) => line.tell({ type: 'chat-state', chat: wid._serialized, state });

define('WAWebChatStateBridge', {
  sendChatStateComposing: tell('typing'),
  sendChatStateRecording: tell('recording'),
  sendChatStatePaused: tell('paused'),
});
