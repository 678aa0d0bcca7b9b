import { useEffect, useState } from 'react';
import type { AccountView } from '#libs/contracts/account';
import type { PairingCodeView, QrView } from '#libs/contracts/pairing';
import { MusterApiError } from '#libs/client/api-error';
import type { MusterClient } from '#libs/client/client';
import { useAsked } from '../parts/asked.js';
import { useServerNow, useShell, useWords } from '../parts/shell.js';
import { formatDuration, formatMoment, secondsUntil } from '../parts/time.js';

/** The code to scan, as long as there is one, and the way without a camera. */
export function Pairing({ account: { id } }: { readonly account: AccountView }) {
  const { words } = useWords();
  return (
    <section className="pairing card" aria-labelledby="pairing-title">
      <QrPicture id={id} />
      <div className="pairing-text">
        <h2 id="pairing-title">{words.pair.title}</h2>
        <ol>
          {words.pair.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <details>
          <summary>{words.pair.byCode}</summary>
          <PairingCode id={id} />
        </details>
      </div>
    </section>
  );
}

function QrPicture({ id }: { readonly id: string }) {
  const { words, language } = useWords();
  const { muster } = useShell();
  const now = useServerNow();
  const [shown, setShown] = useState<ShownQr | null>(null);
  useEffect(() => {
    const leave = new AbortController();
    void followQr(muster, id, setShown, leave.signal);
    return () => leave.abort();
  }, [muster, id]);
  const seconds = shown ? secondsUntil(shown.qr.expiresAt, now) : 0;
  return (
    <figure className="qr">
      <div className="qr-frame" data-old={seconds === 0 || undefined}>
        {shown && <img src={shown.picture} alt={words.pair.alt} width="264" height="264" />}
      </div>
      <figcaption>
        {seconds > 0 ? words.pair.renews(formatDuration(seconds * 1_000, language)) : words.pair.renewing}
        {shown && <span className="secondary">{words.pair.attempt(shown.qr.attempt)}</span>}
      </figcaption>
    </figure>
  );
}

interface ShownQr {
  readonly qr: QrView;
  /** Address of the picture in this tab's memory. */
  readonly picture: string;
}

/** A provider may replace its code at any time, so it is looked at so often. */
const LOOK_EVERY_MS = 1_500;

/** Shows each code as it comes. Ends with the signal, and gives back the memory of its pictures. */
async function followQr(
  muster: MusterClient,
  id: string,
  show: (qr: ShownQr) => void,
  signal: AbortSignal,
): Promise<void> {
  let last: ShownQr | null = null;
  while (!signal.aborted) {
    const read: ShownQr | null = await readQr(muster, id, last).catch(noCodeNow);
    if (read && read !== last && !signal.aborted) {
      show(read);
      if (last) URL.revokeObjectURL(last.picture);
      last = read;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  if (last) URL.revokeObjectURL(last.picture);
}

async function readQr(muster: MusterClient, id: string, last: ShownQr | null): Promise<ShownQr> {
  const qr = await muster.accounts.qr(id);
  if (qr.qr === last?.qr.qr) return last;
  const svg = await muster.accounts.qrPicture(id, 'image/svg+xml');
  const picture = URL.createObjectURL(new Blob([svg as Uint8Array<ArrayBuffer>], { type: 'image/svg+xml' }));
  return { qr, picture };
}

/** Between two codes there is none; and what else is wrong, the frame of the page tells. */
function noCodeNow(error: unknown): null {
  if (error instanceof MusterApiError || error instanceof TypeError || error instanceof DOMException) return null;
  throw error;
}

function PairingCode({ id }: { readonly id: string }) {
  const { words, language } = useWords();
  const { muster } = useShell();
  const { busy, command } = useAsked();
  const now = useServerNow();
  const [phone, setPhone] = useState('');
  const [code, setCode] = useState<PairingCodeView | null>(null);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = phone.replaceAll(/[^\d+]/g, '');
        command(async (under) => setCode(await muster.accounts.pairingCode(id, typed, under)));
      }}
    >
      <label className="field">
        {words.pair.phone}
        <input
          type="tel"
          required
          autoComplete="off"
          placeholder={words.messages.toHint}
          value={phone}
          onChange={({ target }) => setPhone(target.value)}
        />
        <span className="hint">{words.pair.phoneHint}</span>
      </label>
      <button type="submit" className="button" disabled={busy || phone.trim() === ''}>
        {words.pair.ask}
      </button>
      {code && (
        <div role="status" className="pairing-code">
          <p>{words.pair.enter}</p>
          <output>{code.code}</output>
          <p className="hint">{words.pair.until(formatMoment(code.expiresAt, now, language))}</p>
        </div>
      )}
    </form>
  );
}
