/** The workspaces: language, API client and session around the screens. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { persistedExchange } from '@urql/exchange-persisted';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { cacheExchange, Client, fetchExchange, Provider } from 'urql';
import { LocaleProvider } from '../../components/locale-context.tsx';
import { changeConnection, connectionExchange } from '../../lib/connection.ts';
import type { Locale } from '../../lib/locale.ts';
import { operationId } from '../../lib/operation-id.ts';
import { plainVariables } from '../../lib/plain-variables.ts';
import { SessionGate } from './session-gate.tsx';
import { theme } from './theme.ts';

/** The server knows our own operations by their ids; one that it does not know yet is sent whole. */
const ownOperations = persistedExchange({
  enableForMutation: true,
  preferGetForPersistedQueries: false,
  generateHash: (_text, document) => Promise.resolve(operationId(document)),
});

const LOCALE_KEY = 'locale';

function firstLocale(): Locale {
  const kept = localStorage.getItem(LOCALE_KEY);
  if (kept === 'en' || kept === 'zh-CN') return kept;
  return navigator.language.startsWith('en') ? 'en' : 'zh-CN';
}

/** The nonce of this response's content policy, which the library needs for its own style elements. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

export function Workspace() {
  const [locale, setLocale] = useState(firstLocale);
  // Another person at the same browser must not see what the one before has read.
  const [visit, setVisit] = useState(0);
  const client = useMemo(
    () =>
      new Client({
        url: '/graphql',
        exchanges: [cacheExchange, plainVariables, connectionExchange, ownOperations, fetchExchange],
        preferGetMethod: false,
        fetchOptions: {
          credentials: 'same-origin',
          headers: { 'x-graphql-yoga-csrf': `visit-${visit}` },
        },
      }),
    [visit],
  );
  const startVisit = useCallback(() => {
    changeConnection({ ended: false });
    setVisit((number) => number + 1);
  }, []);
  useEffect(() => {
    document.documentElement.lang = locale;
    localStorage.setItem(LOCALE_KEY, locale);
  }, [locale]);
  return (
    <MantineProvider theme={theme} getStyleNonce={styleNonce} forceColorScheme="light">
      <Notifications position="bottom-center" />
      <LocaleProvider locale={locale}>
        <Provider value={client}>
          <SessionGate key={visit} onLocale={setLocale} onNewVisit={startVisit} />
        </Provider>
      </LocaleProvider>
    </MantineProvider>
  );
}
