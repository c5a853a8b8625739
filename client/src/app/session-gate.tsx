/** Lets in whoever is signed in, with the region read; everybody else sees the sign-in page. */
import { useEffect, useMemo, useState } from 'react';
import { RouterProvider } from 'react-router';
import { changeConnection, useConnection } from '../../lib/connection.ts';
import type { ResultOf } from '../../lib/graphql.ts';
import { graphql } from '../../lib/graphql.ts';
import type { Locale } from '../../lib/locale.ts';
import { RegionContext } from '../../lib/region.tsx';
import { SessionContext, sessionOf } from '../../lib/session.tsx';
import { useData } from '../../lib/use-data.ts';
import { DataView } from '../../components/data-view.tsx';
import { ROLES } from '../../../server/domain/access.ts';
import type { Person, Role } from '../../../server/domain/access.ts';
import { LanguageSwitchContext } from './language-switch.tsx';
import { linkSecret } from './password-steps.tsx';
import { router } from './routes.tsx';
import { SessionEnded } from './session-ended.tsx';
import { SignInPage } from './sign-in-page.tsx';

const Start = graphql(`
  query Start {
    viewer {
      person {
        id
        name
        roles
        memberships {
          partyId
          role
        }
      }
    }
    region {
      currency
      sectors {
        code
        name {
          zh
          en
        }
      }
      localities {
        code
        shortName {
          zh
          en
        }
      }
    }
  }
`);

type PersonAnswer = NonNullable<ResultOf<typeof Start>['viewer']['person']>;

interface SessionGateProps {
  readonly onLocale: (locale: Locale) => void;
  /** Somebody signed in or out: everything read so far is forgotten. */
  readonly onNewVisit: () => void;
}

export function SessionGate({ onLocale, onNewVisit }: SessionGateProps) {
  const reading = useData(Start, {});
  return (
    <LanguageSwitchContext value={onLocale}>
      <DataView reading={reading}>{(start) => <Entrance start={start} onNewVisit={onNewVisit} />}</DataView>
    </LanguageSwitchContext>
  );
}

interface EntranceProps {
  readonly start: ResultOf<typeof Start>;
  readonly onNewVisit: () => void;
}

function Entrance({ start: { viewer, region }, onNewVisit }: EntranceProps) {
  const { ended } = useConnection();
  // Whoever signs in stays at the door until they say so: recovery codes are shown there once.
  const [atDoor] = useState(() => viewer.person === null || linkSecret() !== null);
  // Whoever was at work stays on the screen when the session ends, so that nothing typed is lost.
  const [kept, setKept] = useState(viewer.person);
  const another = viewer.person !== null && kept !== null && viewer.person.id !== kept.id;
  if (viewer.person !== null && viewer.person !== kept && !another) setKept(viewer.person);
  useEffect(() => {
    if (another) onNewVisit();
  }, [another, onNewVisit]);
  const person = useMemo(() => (kept === null ? null : personOf(kept)), [kept]);
  if (person === null || atDoor) return <SignInPage onSignedIn={onNewVisit} />;
  return (
    <SessionContext value={sessionOf(person, () => signOut(onNewVisit))}>
      <RegionContext
        value={{
          currency: region.currency,
          sectors: region.sectors,
          localities: region.localities.map(({ code, shortName }) => ({ code, name: shortName })),
        }}
      >
        <RouterProvider router={router} />
        {(ended || viewer.person === null) && <SessionEnded name={person.name} onLeave={onNewVisit} />}
      </RegionContext>
    </SessionContext>
  );
}

/** The API writes roles as `PROGRAMME_OFFICER`, the rules as `programme-officer`. */
function roleOf(name: string): Role[] {
  return ROLES.filter((role) => role.replaceAll('-', '_').toUpperCase() === name);
}

function personOf(answer: PersonAnswer): Person {
  return {
    kind: 'person',
    personId: answer.id,
    name: answer.name,
    roles: answer.roles.flatMap(roleOf),
    memberships: answer.memberships.map(({ partyId, role }) => ({
      partyId,
      role: role === 'OWNER' ? 'owner' : 'editor',
    })),
  };
}

async function signOut(onNewVisit: () => void): Promise<void> {
  await fetch('/auth/sign-out', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  changeConnection({ ended: false });
  onNewVisit();
}
