import type { ReactNode } from 'react';
import type { AccountView } from '#libs/contracts/account';
import { formatMemory } from '../parts/memory.js';
import { nodeName } from '../parts/node-name.js';
import { useServerNow, useWords } from '../parts/shell.js';
import { formatDuration, formatMoment } from '../parts/time.js';

export function AccountFacts({ account }: { readonly account: AccountView }) {
  const { words, language } = useWords();
  const now = useServerNow();
  const { provider, phone, detail, desired, since, restarts, node, browser, createdAt, id } = account;
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const next = restarts.nextAttemptAt;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [words.account.phone, phone ?? <span className="nothing">{words.account.noPhone}</span>],
    [words.fleet.provider, words.provider[provider]],
    [words.fleet.detail, <code>{detail}</code>],
    [words.fleet.since, formatDuration(now - Date.parse(since), language)],
    [words.account.wanted, words.status[desired]],
    [
      words.fleet.restarts,
      `${restarts.count}${next ? `, ${words.fleet.retryAt(formatDuration(Date.parse(next) - now, language))}` : ''}`,
    ],
    [
      words.fleet.memory,
      browser ? (
        `${formatMemory(browser.memoryMb, language)}, ${words.account.browser(percent.format(browser.cpuPercent / 100))}`
      ) : (
        <span className="nothing">–</span>
      ),
    ],
    [words.fleet.node, node ? <code title={node}>{nodeName(node)}</code> : <span className="nothing">–</span>],
    [words.account.created, formatMoment(createdAt, now, language)],
    [
      words.account.id,
      <code className="id" title={id}>
        {id}
      </code>,
    ],
  ];
  return (
    <dl className="facts card">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
