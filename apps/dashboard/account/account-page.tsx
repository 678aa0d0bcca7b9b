import { useEffect, useState } from 'react';
import type { AccountView } from '#libs/contracts/account';
import { isolated } from '../parts/isolated.js';
import { Loading } from '../parts/loading.js';
import { Empty } from '../parts/notice.js';
import { FLEET_HREF } from '../parts/route.js';
import { useFleet, useShell, useWords } from '../parts/shell.js';
import { useTitle } from '../parts/title.js';
import { AccountFacts } from './account-facts.js';
import { followAccount, readMessages, readSteps } from './account-follow.js';
import { AccountHead } from './account-head.js';
import { NO_NEWS, withAccepted } from './account-news.js';
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
  const { id, label } = account;
  const [news, tell] = useState(NO_NEWS);
  useTitle(isolated(label));
  useEffect(() => {
    const leave = new AbortController();
    void followAccount(muster, id, tell, fail, leave.signal);
    return () => leave.abort();
  }, [muster, id, fail]);
  return (
    <>
      <AccountHead account={account} />
      <Situation account={account} loading={news.loading} history={news.history} />
      <AccountFacts account={account} />
      <div className="columns">
        <Messages
          account={account}
          news={news}
          sent={(message) => tell((known) => withAccepted(known, message))}
          readOlder={async (cursor) => tell(await readMessages(muster, id, cursor))}
        />
        <History account={id} news={news} readOlder={async (before) => tell(await readSteps(muster, id, before))} />
      </div>
    </>
  );
}
