/**
 * What WhatsApp's page offers under its own names, as far as the driver's scripts and the library's functions use it. Only
 * types: each script declares the page's `window` by them and is sent to the page as text.
 */
export interface Wid {
  readonly _serialized: string;
  readonly user: string;
  isLid(): boolean;
  isGroup(): boolean;
}
export interface Key {
  readonly _serialized: string;
  readonly id: string;
  readonly fromMe: boolean;
  readonly remote: Wid;
}
export interface Msg {
  readonly id: Key;
  readonly type: string;
  readonly body?: unknown;
  readonly caption?: unknown;
  /** Seconds since 1970. */
  readonly t: number;
  readonly ack?: number;
  readonly hasReaction?: boolean;
  readonly isNotification?: boolean;
  /** Of a deleted one: the key that it had. */
  readonly protocolMessageKey?: Key;
  once(event: 'change:type', listener: () => void): void;
  /** Itself, typed for functions that reach deeper. */
  unsafe(): Msg;
}
export interface MediaMsg extends Msg {
  readonly mediaData?: { readonly mediaStage: string };
  readonly directPath?: string;
  readonly encFilehash?: string;
  readonly filehash?: string;
  readonly mediaKey?: string;
  readonly mediaKeyTimestamp?: number;
  readonly mimetype?: string;
  readonly filename?: string;
  readonly size?: number;
  downloadMedia(how: { downloadEvenIfExpensive: boolean; rmrReason: number }): Promise<unknown>;
}
export interface Chat {
  readonly id: Wid;
  readonly formattedTitle?: string;
  readonly name?: string;
  readonly unreadCount: number;
  /** Seconds since 1970, of what was last said. */
  readonly t?: number;
  readonly archive?: boolean;
  readonly mute?: { readonly expiration?: number };
  readonly pin?: number;
  readonly groupMetadata?: { readonly isLidAddressingMode?: boolean };
  readonly msgs: { getModelsArray(): readonly Msg[] };
}
export interface Contact {
  readonly id: Wid;
}
/** Who put which emoji on a message; `timestamp` in milliseconds since 1970. */
export interface ReactionSender {
  readonly senderUserJid: string;
  readonly reactionText: string;
  readonly timestamp: number;
}
/** A link that the page has found in a text. */
export interface FoundLink {
  readonly href: string;
}
/** A file as the library takes it; `data` in base64. */
export interface LibraryMedia {
  readonly mimetype: string;
  readonly data: string;
  readonly filename: string;
}

export interface Modules {
  WAWebSocketModel: {
    Socket: {
      state: string;
      hasSynced: boolean;
      on(event: string, listener: () => void): void;
      logout(): Promise<void>;
    };
  };
  WAWebCmd: {
    Cmd: {
      refreshQR(): void;
      sendRevokeMsgs(
        chat: Chat,
        messages: { list: readonly Msg[]; type: 'message' },
        how: { clearMedia: boolean },
      ): unknown;
    };
  };
  WAWebCollections: {
    Chat: {
      get(id: Wid): Chat | undefined;
      find(id: Wid): Promise<Chat | undefined>;
      getModelsArray(): readonly Chat[];
    };
    Contact: { get(id: Wid): Contact | undefined; getModelsArray(): readonly Contact[] };
    Reactions: {
      find(
        key: string,
      ): Promise<{ reactions: { serialize(): readonly { senders: readonly ReactionSender[] }[] } } | undefined>;
    };
    Msg: {
      get(key: string): Msg | undefined;
      on(event: 'change:ack', listener: (message: Msg) => void): void;
      getMessagesById(keys: readonly string[]): Promise<{ messages: readonly Msg[] } | undefined>;
    };
  };
  WAWebMsgKey: {
    new (parts: { from?: Wid; to: Wid; id: string; participant?: Wid; selfDir: 'out' }): Key;
    fromString(key: string): Key;
  };
  WAWebUserPrefsMeUser: { getMaybeMePnUser: () => Wid | undefined; getMaybeMeLidUser: () => Wid | undefined };
  WAWebWidFactory: { createWid: (id: string) => Wid; asUserWidOrThrow: (wid: Wid | undefined) => Wid };
  WAWebChatLoadMessages: { loadEarlierMsgs(order: { chat: Chat }): Promise<readonly Msg[] | undefined> };
  WAWebLidMigrationUtils: { toPn: (wid: Wid) => Wid | undefined };
  /** The other address of a person: of a phone the anonymous id (LID), and the other way round. */
  WAWebApiContact: { getAlternateUserWid: (wid: Wid) => Wid | undefined };
  WAWebQueryExistsJob: { queryWidExists: (wid: Wid) => Promise<{ wid?: Wid } | null | undefined> };
  WAWebMsgReply: { canReplyMsg: (message: Msg) => boolean };
  WALinkify: { findLink: (text: string) => FoundLink | null };
  WAWebLinkPreviewChatAction: {
    getLinkPreview: (link: FoundLink) => Promise<{ data?: Readonly<Record<string, unknown>> } | undefined>;
  };
  WAWebSendReactionMsgAction: {
    sendReactionToMsg: (message: Msg, emoji: string) => Promise<{ messageSendResult?: string } | undefined>;
  };
  WAWebMsgActionCapability: {
    canEditText: (message: Msg) => boolean;
    canEditCaption: (message: Msg) => boolean;
    canSenderRevokeMsg: (message: Msg) => boolean;
    canAdminRevokeMsg: (message: Msg) => boolean;
  };
  WAWebDownloadManager: { downloadManager: { downloadAndMaybeDecrypt(order: object): Promise<ArrayBuffer> } };
}

/** The functions that the library brings into the page. */
export interface LibraryInPage {
  getChat(id: string, how: { getAsModel: false }): Promise<Chat | null | undefined>;
  getChatModel(chat: Chat): Promise<unknown>;
  getMessageModel(message: Msg): unknown;
  getContactModel(contact: Contact): unknown;
  getContact(id: string): Promise<unknown>;
  sendMessage(chat: Chat, text: string, options: object): Promise<unknown>;
  editMessage(message: Msg, text: string, options: object): Promise<unknown>;
  toStickerData(media: LibraryMedia): Promise<LibraryMedia>;
  sendSeen(chatId: string): Promise<boolean>;
  sendChatstate(state: 'typing' | 'recording' | 'stop', chatId: string): Promise<boolean>;
}

export interface PageWindow {
  /** Set when every module can be required. */
  Debug?: { VERSION?: string };
  require<Name extends keyof Modules>(name: Name): Modules[Name];
  WWebJS?: LibraryInPage;
}
