import './acts.js';
import './chat-states.js';
import './furniture.js';
import './history.js';
import './links.js';
import './media-prep.js';
import './media-upload.js';
import './vcards.js';
import { Chat, loadChats } from './chats.js';
import { Blocklist, BusinessProfile, Contact } from './contacts.js';
import { GroupMetadata } from './groups.js';
import { line } from './line.js';
import { Msg } from './messages.js';
import { Collection } from './model.js';
import { Reactions } from './reactions.js';
import { define, exposeRequire } from './registry.js';
import { startSession } from './session.js';

define('WAWebCollections', {
  Msg,
  Chat,
  Contact,
  Blocklist,
  Reactions,
  GroupMetadata,
  BusinessProfile,
  Label: new Collection(),
  WAWebNewsletterCollection: new Collection(),
});
exposeRequire((module) => line.tell({ type: 'gap', module }));
// Last of all: this is the sign for the library that every module is there.
window.Debug = { VERSION: '2.3000.1017054665' };
void loadChats().then(startSession);
