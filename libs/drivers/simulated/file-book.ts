import { copyFile, stat, writeFile } from 'node:fs/promises';

/** Files that the servers keep; the oldest are gone first, as they are at a real provider. */
export const FILES_KEPT_MAX = 1_000;

/** What carries files to and from disk. The simulation in virtual time gives one without a disk. */
export interface FileCarrier {
  write(path: string, bytes: Uint8Array): Promise<void>;
  has(path: string): Promise<boolean>;
  /** Answers how many bytes it has; rejects when there is none. */
  copy(from: string, to: string): Promise<number>;
}

export const diskCarrier: FileCarrier = {
  write: (path, bytes) => writeFile(path, bytes),
  has: (path) =>
    stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    ),
  async copy(from, to) {
    await copyFile(from, to);
    return (await stat(to)).size;
  },
};

export interface KeptFile {
  readonly mimeType: string;
  readonly filename: string | null;
  /** On the sender's disk, or as a phone sent it. */
  readonly from: { readonly path: string } | { readonly bytes: Uint8Array };
}

/** The files of messages, by the provider's id. */
export class FileBook {
  private readonly kept = new Map<string, KeptFile>();

  constructor(private readonly carrier: FileCarrier) {}

  keep(providerMessageId: string, file: KeptFile): void {
    this.kept.set(providerMessageId, file);
    if (this.kept.size <= FILES_KEPT_MAX) return;
    for (const oldest of this.kept.keys()) {
      this.kept.delete(oldest);
      break;
    }
  }

  find(providerMessageId: string): KeptFile | undefined {
    return this.kept.get(providerMessageId);
  }

  /** The sender took it back, or it was kept long enough. */
  drop(providerMessageId: string): void {
    this.kept.delete(providerMessageId);
  }

  canTake(path: string): Promise<boolean> {
    return this.carrier.has(path);
  }

  /** Answers how many bytes were written; rejects when the sender's file has gone. */
  async bring(file: KeptFile, path: string): Promise<number> {
    if ('path' in file.from) return this.carrier.copy(file.from.path, path);
    await this.carrier.write(path, file.from.bytes);
    return file.from.bytes.length;
  }
}
