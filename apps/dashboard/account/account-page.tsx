import { useEffect, useState } from 'react';
import type { AccountView } from '#libs/contracts/account';
import { Loading } from '../parts/loading.js';
import { Empty } from '../parts/notice.js';
import { FLEET_HREF } from '../parts/route.js';
import { useFleet, useShell, useWords } from '../parts/shell.js';
import { useTitle } from '../parts/title.js';
import { AccountFacts } from './account-facts.js';
import { AccountHead } from './account-head.js';
import { followAccount, NO_NEWS, withMessage } from './account-news.js';
import { History } from './history.js';
import { Messages } from './messages.js';
import { Situation } from './situation.js';

export function AccountPage({ id }: { readonly id: string }) {
  const { words } = useWords();
  const { byId, loaded } = useFleet();
  const account = byId.get(id);
  return (
    <>
      <a className="back" href={FLEET_HREF}>
        <span aria-hidden="true">←</span> {words.account.back}
      </a>
      {account && <Account account={account} />}
      {!account && loaded && (
        <Empty title={words.account.missing}>
          <p>{words.account.missingHint}</p>
        </Empty>
      )}
      {!account && !loaded && <Loading text={words.fleet.loading} />}
    </>
  );
}

function Account({ account }: { readonly account: AccountView }) {
  const { muster, fail } = useShell();
  const [news, tell] = useState(NO_NEWS);
  useTitle(account.label);
  useEffect(() => {
    const leave = new AbortController();
    followAccount(muster, account.id, tell, leave.signal).catch(fail);
    return () => leave.abort();
  }, [muster, account.id, fail]);
  return (
    <>
      <AccountHead account={account} />
      <Situation account={account} />
      <AccountFacts account={account} />
      <div className="columns">
        <Messages
          account={account}
          messages={news.messages}
          sent={(message) => tell((known) => withMessage(known, message))}
        />
        <History steps={news.history} />
      </div>
    </>
  );
}
