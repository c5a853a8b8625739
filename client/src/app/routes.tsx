/** Which screen stands at which address of the workspaces. */
import { createBrowserRouter } from 'react-router';
import { FundsPage } from '../features/funds/funds-page.tsx';
import { PartiesPage } from '../features/parties/parties-page.tsx';
import { RegisterPartyPage } from '../features/parties/register-party-page.tsx';
import { PeoplePage } from '../features/people/people-page.tsx';
import { PledgePage } from '../features/pledges/pledge-page.tsx';
import { PledgesPage } from '../features/pledges/pledges-page.tsx';
import { RecordPledgePage } from '../features/pledges/record-pledge-page.tsx';
import { OpenRoundPage } from '../features/rounds/open-round-page.tsx';
import { RoundPage } from '../features/rounds/round-page.tsx';
import { RoundsPage } from '../features/rounds/rounds-page.tsx';
import { MissingPage } from './missing-page.tsx';
import { Shell } from './shell.tsx';

export const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      children: [
        { path: '/rounds', element: <RoundsPage /> },
        { path: '/rounds/open', element: <OpenRoundPage /> },
        { path: '/rounds/:code', element: <RoundPage /> },
        { path: '/pledges', element: <PledgesPage /> },
        { path: '/pledges/record', element: <RecordPledgePage /> },
        { path: '/pledges/:id', element: <PledgePage /> },
        { path: '/parties', element: <PartiesPage /> },
        { path: '/parties/register', element: <RegisterPartyPage /> },
        { path: '/funds', element: <FundsPage /> },
        { path: '/people', element: <PeoplePage /> },
        { path: '*', element: <MissingPage /> },
      ],
    },
  ],
  { basename: '/app' },
);
