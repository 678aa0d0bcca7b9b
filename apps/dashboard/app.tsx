import { Suspense, useEffect, useMemo, useState } from 'react';
import type { MusterApiError } from '#libs/client/api-error';
import { createClient } from '#libs/client/client';
import { AccountPage } from './account/account-page.js';
import { demoAddress } from './demo/demo-place.js';
import { NO_FILTER } from './fleet/fleet-filter.js';
import { FleetPage, type FleetPageProps } from './fleet/fleet-page.js';
import { FleetStore } from './fleet/fleet-store.js';
import { Frame } from './frame/frame.js';
import { KeyPage } from './frame/key-page.js';
import { page, PAGES } from './pages.js';
import { Boundary } from './parts/boundary.js';
import { keptInBrowser, keptInTab } from './parts/kept.js';
import { Loading } from './parts/loading.js';
import { type Route, useRoute } from './parts/route.js';
import { createServerClock } from './parts/server-clock.js';
import { LanguageContext, type Shell, ShellContext } from './parts/shell.js';
import { Trouble } from './parts/trouble.js';
import { LeaseQuestion } from './parts/lease-question.js';
import { chooseLanguage, type Language } from './words/language.js';

const KEPT_KEY = keptInTab('key');
const KEPT_LANGUAGE = keptInBrowser('language');
/** The page lies in /dashboard/ of the runtime, or of the path below which a proxy serves it. */
const BASE_URL = new URL('..', location.href.split('#', 1)[0]).href;

/** Null everywhere but under `npm run demo`. */
const DEMO = demoAddress();
const DemoPanel = page(async () => (await import('./demo/demo-panel.js')).DemoPanel);

export function App() {
  const [language, setLanguage] = useState<Language>(() => chooseLanguage(KEPT_LANGUAGE.read(), navigator.languages));
  const [apiKey, setApiKey] = useState(KEPT_KEY.read);
  const [refusal, setRefusal] = useState<MusterApiError | null>(null);
  useEffect(() => {
    document.documentElement.lang = language;
    KEPT_LANGUAGE.write(language);
  }, [language]);
  const open = (key: string): void => {
    KEPT_KEY.write(key);
    setApiKey(key);
    setRefusal(null);
  };
  return (
    <LanguageContext value={language}>
      {refusal ? (
        <KeyPage refusal={refusal} wasWrong={apiKey !== null} open={open} setLanguage={setLanguage} />
      ) : (
        <Inside apiKey={apiKey} refused={setRefusal} setLanguage={setLanguage} />
      )}
    </LanguageContext>
  );
}

interface InsideProps {
  readonly apiKey: string | null;
  readonly refused: (error: MusterApiError) => void;
  readonly setLanguage: (language: Language) => void;
}

function Inside({ apiKey, refused, setLanguage }: InsideProps) {
  const route = useRoute();
  const [filter, setFilter] = useState(NO_FILTER);
  const [trouble, fail] = useState<unknown>(null);
  const [overLease, setOverLease] = useState<{ readonly again: () => void } | null>(null);
  const { muster, aheadMs } = useMemo(() => connectTo(apiKey), [apiKey]);
  const [fleet, setFleet] = useState<FleetStore | null>(null);
  useEffect(() => {
    const store = new FleetStore(muster, refused);
    setFleet(store);
    return () => store.close();
  }, [muster, refused]);
  const shell = useMemo<Shell | null>(
    () => fleet && { muster, aheadMs, fleet, fail, trouble, askOverLease: (again) => setOverLease({ again }) },
    [muster, aheadMs, fleet, trouble],
  );
  if (!shell) return null;
  return (
    <ShellContext value={shell}>
      <Frame setLanguage={setLanguage}>
        <Boundary key={route.page}>
          <Suspense fallback={<Loading />}>
            <Page route={route} filter={filter} setFilter={setFilter} />
          </Suspense>
        </Boundary>
      </Frame>
      {DEMO !== null && (
        <Boundary>
          <Suspense>
            <DemoPanel address={DEMO} />
          </Suspense>
        </Boundary>
      )}
      {overLease && <LeaseQuestion again={overLease.again} close={() => setOverLease(null)} />}
      {trouble !== null && <Trouble error={trouble} dismiss={() => fail(null)} />}
    </ShellContext>
  );
}

function connectTo(apiKey: string | null): Pick<Shell, 'muster' | 'aheadMs'> {
  const { fetch, aheadMs } = createServerClock();
  return { muster: createClient({ baseUrl: BASE_URL, apiKey: apiKey ?? undefined, fetch }), aheadMs };
}

interface PageProps extends FleetPageProps {
  readonly route: Route;
}

function Page({ route, filter, setFilter }: PageProps) {
  const { inspector: Inspector, supervision: Supervision, leases: Leases, operations: Operations } = PAGES;
  if (route.page === 'account') return <AccountPage key={route.id} id={route.id} />;
  if (route.page === 'inspector' && Inspector) return <Inspector key={route.id} id={route.id} seq={route.seq} />;
  if (route.page === 'supervision' && Supervision) return <Supervision />;
  if (route.page === 'leases' && Leases) return <Leases />;
  if (route.page === 'operations' && Operations) return <Operations />;
  return <FleetPage filter={filter} setFilter={setFilter} />;
}
