/** Which screen stands at which address of the workspaces. */
import { createBrowserRouter } from 'react-router';
import { AuditPage } from '../features/audit/audit-page.tsx';
import { AllocationPage } from '../features/allocations/allocation-page.tsx';
import { AllocationsPage } from '../features/allocations/allocations-page.tsx';
import { AwardPage } from '../features/awards/award-page.tsx';
import { AwardsPage } from '../features/awards/awards-page.tsx';
import { ClearingPage } from '../features/bank/clearing-page.tsx';
import { BankPage } from '../features/bank/bank-page.tsx';
import { GiftToRefundPage } from '../features/bank/gift-to-refund-page.tsx';
import { HandEntriesPage } from '../features/books/hand-entries-page.tsx';
import { HandEntryPage } from '../features/books/hand-entry-page.tsx';
import { PeriodPage } from '../features/books/period-page.tsx';
import { PeriodsPage } from '../features/books/periods-page.tsx';
import { PrepareEntryPage } from '../features/books/prepare-entry-page.tsx';
import { DisbursementPage } from '../features/disbursements/disbursement-page.tsx';
import { DisbursementsPage } from '../features/disbursements/disbursements-page.tsx';
import { GiftsPage } from '../features/giving/gifts-page.tsx';
import { GivingGuardPage } from '../features/giving/giving-guard-page.tsx';
import { FundsPage } from '../features/funds/funds-page.tsx';
import { AccountsPage } from '../features/ledger/accounts-page.tsx';
import { EntryPage } from '../features/ledger/entry-page.tsx';
import { JournalPage } from '../features/ledger/journal-page.tsx';
import { StatementsPage } from '../features/ledger/statements-page.tsx';
import { LedgerChecksPage } from '../features/ledger/ledger-checks-page.tsx';
import { LedgerPage } from '../features/ledger/ledger-page.tsx';
import { ManagementCostPage } from '../features/management-costs/management-cost-page.tsx';
import { ManagementCostsPage } from '../features/management-costs/management-costs-page.tsx';
import { ProposeCostPage } from '../features/management-costs/propose-cost-page.tsx';
import { PartiesPage } from '../features/parties/parties-page.tsx';
import { PartyPage } from '../features/parties/party-page.tsx';
import { RegisterPartyPage } from '../features/parties/register-party-page.tsx';
import { AccountPage } from '../features/people/account-page.tsx';
import { PeoplePage } from '../features/people/people-page.tsx';
import { PoliciesPage } from '../features/people/policies-page.tsx';
import { PledgePage } from '../features/pledges/pledge-page.tsx';
import { PledgesPage } from '../features/pledges/pledges-page.tsx';
import { RecordPledgePage } from '../features/pledges/record-pledge-page.tsx';
import { NewProposalPage } from '../features/proposals/new-proposal-page.tsx';
import { ProposalPage } from '../features/proposals/proposal-page.tsx';
import { ProposalsPage } from '../features/proposals/proposals-page.tsx';
import { QueuePage } from '../features/queue/queue-page.tsx';
import { ReportsPage } from '../features/reports/reports-page.tsx';
import { AmendRoundPage } from '../features/rounds/amend-round-page.tsx';
import { OpenPoolPage } from '../features/rounds/open-pool-page.tsx';
import { OpenRoundPage } from '../features/rounds/open-round-page.tsx';
import { PoolPage } from '../features/rounds/pool-page.tsx';
import { RoundPage } from '../features/rounds/round-page.tsx';
import { RoundsPage } from '../features/rounds/rounds-page.tsx';
import { MissingPage } from './missing-page.tsx';
import { Shell } from './shell.tsx';

export const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      children: [
        { path: '/', element: <QueuePage /> },
        { path: '/rounds', element: <RoundsPage /> },
        { path: '/rounds/open', element: <OpenRoundPage /> },
        { path: '/rounds/:code', element: <RoundPage /> },
        { path: '/rounds/:code/rules', element: <AmendRoundPage /> },
        { path: '/rounds/:code/pools/open', element: <OpenPoolPage /> },
        { path: '/rounds/:code/pools/:id', element: <PoolPage /> },
        { path: '/pledges', element: <PledgesPage /> },
        { path: '/pledges/record', element: <RecordPledgePage /> },
        { path: '/pledges/:id', element: <PledgePage /> },
        { path: '/proposals', element: <ProposalsPage /> },
        { path: '/proposals/submit', element: <NewProposalPage /> },
        { path: '/proposals/:id', element: <ProposalPage /> },
        { path: '/allocations', element: <AllocationsPage /> },
        {
          path: '/allocations/lab',
          lazy: async () => ({ Component: (await import('../features/lab/lab-page.tsx')).LabPage }),
        },
        {
          path: '/allocations/lab/:id',
          lazy: async () => ({ Component: (await import('../features/lab/bench-page.tsx')).BenchPage }),
        },
        { path: '/allocations/:id', element: <AllocationPage /> },
        {
          path: '/compensations',
          lazy: async () => ({
            Component: (await import('../features/compensations/compensations-page.tsx')).CompensationsPage,
          }),
        },
        {
          path: '/compensations/prepare',
          lazy: async () => ({
            Component: (await import('../features/compensations/prepare-compensation-page.tsx'))
              .PrepareCompensationPage,
          }),
        },
        {
          path: '/compensations/:id',
          lazy: async () => ({
            Component: (await import('../features/compensations/compensation-page.tsx')).CompensationPage,
          }),
        },
        { path: '/awards', element: <AwardsPage /> },
        { path: '/awards/:id', element: <AwardPage /> },
        { path: '/disbursements', element: <DisbursementsPage /> },
        { path: '/disbursements/:id', element: <DisbursementPage /> },
        { path: '/management-costs', element: <ManagementCostsPage /> },
        { path: '/management-costs/propose', element: <ProposeCostPage /> },
        { path: '/management-costs/:id', element: <ManagementCostPage /> },
        { path: '/reports', element: <ReportsPage /> },
        { path: '/ledger', element: <LedgerPage /> },
        { path: '/ledger/checks', element: <LedgerChecksPage /> },
        { path: '/ledger/accounts', element: <AccountsPage /> },
        { path: '/ledger/journal', element: <JournalPage /> },
        { path: '/ledger/statements', element: <StatementsPage /> },
        { path: '/ledger/entries/:id', element: <EntryPage /> },
        { path: '/gifts', element: <GiftsPage /> },
        { path: '/gifts/:id', element: <GiftToRefundPage /> },
        { path: '/parties', element: <PartiesPage /> },
        { path: '/parties/register', element: <RegisterPartyPage /> },
        { path: '/parties/:id', element: <PartyPage /> },
        { path: '/funds', element: <FundsPage /> },
        { path: '/bank', element: <BankPage /> },
        { path: '/clearing', element: <ClearingPage /> },
        { path: '/entries', element: <HandEntriesPage /> },
        { path: '/entries/prepare', element: <PrepareEntryPage /> },
        { path: '/entries/:id', element: <HandEntryPage /> },
        { path: '/periods', element: <PeriodsPage /> },
        { path: '/periods/:period', element: <PeriodPage /> },
        { path: '/people', element: <PeoplePage /> },
        { path: '/audit', element: <AuditPage /> },
        { path: '/giving-guard', element: <GivingGuardPage /> },
        { path: '/policies', element: <PoliciesPage /> },
        { path: '/account', element: <AccountPage /> },
        { path: '*', element: <MissingPage /> },
      ],
    },
  ],
  { basename: '/app' },
);
