import type { AccountView } from '#libs/contracts/account';
import { useAsked } from '../parts/asked.js';
import { useShell, useWords } from '../parts/shell.js';

/** What `npm run replay` takes: the newest steps with all that a replay needs. */
export function ExportButton({ account }: { readonly account: AccountView }) {
  const { words } = useWords();
  const { muster } = useShell();
  const { busy, ask } = useAsked();
  const { exports, exportHint } = words.inspector;
  const save = async (): Promise<void> => {
    const content = await muster.accounts.export(account.id);
    saveFile(`muster-${account.id}.json`, JSON.stringify(content, null, 2));
  };
  return (
    <button type="button" className="button" disabled={busy} title={exportHint} onClick={() => ask(save)}>
      {exports}
    </button>
  );
}

/** A browser reads it some time after the click, and cancels what is gone by then: on a busy machine one in four. */
const SAVED_MS_MAX = 60_000;

function saveFile(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVED_MS_MAX);
}
