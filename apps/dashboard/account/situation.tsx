import type { AccountView, ReasonView } from '#libs/contracts/account';
import { isReasonCode } from '#libs/contracts/reasons';
import { Notice } from '../parts/notice.js';
import { useNow, useWords } from '../parts/shell.js';
import { formatDuration } from '../parts/time.js';
import { Pairing } from './pairing.js';

/** What is going on with the account now, in words, with what a person is expected to do. */
export function Situation({ account }: { readonly account: AccountView }) {
  const { words } = useWords();
  const { status, reason } = account;
  const why = reason && reason.code !== 'stopped' && status !== 'CONNECTED' ? reason : null;
  return (
    <>
      {why && <Why account={account} reason={why} />}
      {status === 'QR_READY' && <Pairing account={account} />}
      {status === 'CONNECTING' && !why && <Progress text={words.account.settling} />}
      {status === 'AUTHENTICATING' && <Progress text={words.account.authenticating} />}
      {status === 'DISCONNECTED' && !why && <p className="resting">{words.account.resting}</p>}
    </>
  );
}

function Why({ account, reason }: { readonly account: AccountView; readonly reason: ReasonView }) {
  const { words, language } = useWords();
  const now = useNow();
  const { status, restarts } = account;
  const next = restarts.nextAttemptAt;
  const tone = status === 'FAILED' ? 'bad' : reason.who === 'nobody' ? 'calm' : 'warn';
  return (
    <Notice tone={tone} title={words.status[status]}>
      <p>{isReasonCode(reason.code) ? words.reasons[reason.code] : reason.message}</p>
      <p className="who">
        {words.who.title}: <strong>{words.who[reason.who]}</strong>
        {next && ` · ${words.fleet.retryAt(formatDuration(Date.parse(next) - now, language))}`}
      </p>
    </Notice>
  );
}

function Progress({ text }: { readonly text: string }) {
  return (
    <div className="progress card" role="status">
      <span className="progress-bar" aria-hidden="true" />
      {text}
    </div>
  );
}
