import { define } from './registry.js';
import { createWid } from './wid.js';

/** A message's identity. `_serialized` is what the library calls the message id: `true_491700000001@c.us_3EB0…`. */
export class MsgKey {
  constructor({ from, to, id, participant, selfDir, fromMe, remote }) {
    this.fromMe = fromMe ?? selfDir === 'out';
    this.remote = remote ?? (this.fromMe ? to : from);
    this.id = id;
    if (participant !== undefined) this.participant = participant;
    const parts = [this.fromMe, this.remote._serialized, id, participant?._serialized];
    this._serialized = parts.filter((part) => part !== undefined).join('_');
  }

  /** As the web client does it: 3EB0 and nine random bytes. */
  static async newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(9));
    return `3EB0${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
  }

  static fromString(text) {
    const [fromMe, remote, id, participant] = text.split('_');
    if (id === undefined) throw new Error(`MsgKey error: cannot read '${text}'`);
    return new MsgKey({
      fromMe: fromMe === 'true',
      remote: createWid(remote),
      id,
      participant: participant === undefined ? undefined : createWid(participant),
    });
  }

  static from(key) {
    return typeof key === 'string' ? MsgKey.fromString(key) : new MsgKey(key);
  }

  equals(other) {
    return other?._serialized === this._serialized;
  }

  toString() {
    return this._serialized;
  }
}

define('WAWebMsgKey', MsgKey);
