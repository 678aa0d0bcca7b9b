/** What a browser may refuse to keep (private windows, full disks) is then simply not kept. */
export interface Kept {
  readonly read: () => string | null;
  readonly write: (value: string | null) => void;
}

export const keptInTab = (name: string): Kept => keptIn(() => sessionStorage, `muster.${name}`);
export const keptInBrowser = (name: string): Kept => keptIn(() => localStorage, `muster.${name}`);

function keptIn(storage: () => Storage, name: string): Kept {
  return {
    read: () => tried(() => storage().getItem(name)),
    write: (value) =>
      void tried(() => (value === null ? storage().removeItem(name) : storage().setItem(name, value)) ?? null),
  };
}

function tried(act: () => string | null): string | null {
  try {
    return act();
  } catch {
    return null;
  }
}
