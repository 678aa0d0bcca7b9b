import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JournalEntry } from '#apps/simulator/journal';
import type { MediaFile, MediaKind, OutgoingContent } from '#libs/contracts/content';
import type { AckLevel, SessionAnswer } from '#libs/contracts/session';
import { valueOf, type Witness } from '#libs/drivers/witness.contract';
import { openWhatsappStage, WAIT_MS, type WhatsappStage } from './whatsapp-stage.js';

export const me = '+491700000001';
export const bob = '+491700000002';

export interface Sent {
  readonly key: string;
  readonly answer: SessionAnswer<Record<string, never>>;
}

export const text = (words: string, mentions: readonly string[] = [], linkPreview = false): OutgoingContent => ({
  kind: 'text',
  text: words,
  mentions,
  linkPreview,
});

/** One account, linked to the number `me`, that writes to others; files lie in a folder of its own. */
export class SendingStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'whatsapp-sending-'));

  private constructor(
    readonly stage: WhatsappStage,
    readonly witness: Witness,
  ) {}

  static async open(): Promise<SendingStage> {
    const stage = await openWhatsappStage();
    return new SendingStage(stage, (await stage.paired(me)).witness);
  }

  get control(): WhatsappStage['control'] {
    return this.stage.control;
  }

  async end(): Promise<void> {
    await this.stage.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  fileOf(bytes: Uint8Array, mimeType: string, filename: string | null = null): MediaFile {
    const path = join(this.folder, randomUUID());
    writeFileSync(path, bytes);
    return { path, mimeType, filename, bytes: bytes.length };
  }

  mediaOf(
    kind: MediaKind,
    bytes: Uint8Array,
    mimeType: string,
    more: { readonly text?: string; readonly filename?: string } = {},
  ): OutgoingContent {
    const media = this.fileOf(bytes, mimeType, more.filename ?? null);
    return { kind, media, text: more.text ?? null, mentions: [] };
  }

  async prepare(to = bob): Promise<string> {
    return valueOf(await this.witness.session.ask('prepare', { messageId: randomUUID(), to })).providerMessageId;
  }

  async send(content: OutgoingContent, quoted: string | null = null, to = bob): Promise<Sent> {
    const key = await this.prepare(to);
    return { key, answer: await this.witness.session.ask('send', { providerMessageId: key, to, content, quoted }) };
  }

  /** What reached the servers under this key. */
  async arrivals(key: string): Promise<readonly JournalEntry[]> {
    const accepted = await this.control.journal({ kind: 'message.accepted' });
    return accepted.filter(({ messageId }) => messageId === key.split('_')[2]);
  }

  async arrived({ key, answer }: Sent): Promise<NonNullable<JournalEntry['content']>> {
    valueOf(answer);
    await expect.poll(() => this.arrivals(key), { timeout: WAIT_MS }).toHaveLength(1);
    return (await this.arrivals(key))[0]!.content!;
  }

  async lookup(key: string): Promise<{ level: AckLevel | 'refused' | null }> {
    return valueOf(await this.witness.session.ask('lookup', { providerMessageId: key, to: bob }));
  }
}
