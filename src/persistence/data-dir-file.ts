import { open, rename, rm } from 'node:fs/promises';

/** Writes a whole file or none: a kill or a full disk leaves the old state. Mode 0600. The folder must be ours alone (see the lock). */
export async function writeDataDirFile(path: string, text: string): Promise<void> {
  const draft = `${path}.draft`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
