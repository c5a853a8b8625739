/** Payments to grantees, the latest prepared first, from prepared to executed. */
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useFilter } from '../../../components/list-search.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { OwnPartyChooser, useOwnParty } from '../../../components/own-party.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { formatDate, formatInstantDate } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { DISBURSEMENT_TONES } from '../../../components/disbursement-tones.ts';

const Disbursements = graphql(`
  query Disbursements($grantee: ID, $status: DisbursementStatus, $first: Int!, $after: ID) {
    disbursements(grantee: $grantee, status: $status, first: $first, after: $after) {
      items {
        id
        status
        executedOn
        milestoneTitle {
          zh
          en
        }
        amount {
          amountMinor
          currency
        }
        payee {
          accountName
          bankName
        }
        control {
          proposedBy {
            at
          }
        }
        project {
          title {
            zh
            en
          }
        }
      }
      next
    }
  }
`);

type Disbursement = ResultOf<typeof Disbursements>['disbursements']['items'][number];

const pageOf = ({ disbursements }: ResultOf<typeof Disbursements>) => disbursements;

const STATUSES = Object.keys(DISBURSEMENT_TONES) as Disbursement['status'][];

export function DisbursementsPage() {
  const { t, read, locale } = useLanguage();
  const grantee = useOwnParty('award.read');
  const status = useFilter('status', STATUSES);
  const pages = usePages({ query: Disbursements, variables: { grantee, status }, page: pageOf });
  const projectOf = ({ id, project }: Disbursement) => (project === null ? id : read(project.title));
  const milestoneOf = ({ milestoneTitle }: Disbursement) =>
    milestoneTitle === null ? '' : read(milestoneTitle);
  return (
    <WorkspacePage title={t('workspace:nav.disbursements')} lead={<p>{t('disbursements:lead')}</p>}>
      <OwnPartyChooser right="award.read" />
      <DataView reading={pages}>
        {(disbursements) => (
          <ListTable
            caption={t('workspace:nav.disbursements')}
            file="disbursements"
            rows={disbursements}
            pages={pages}
            rowKey={({ id }) => id}
            empty={<EmptyState title={t('disbursements:empty')}>{t('disbursements:emptyNext')}</EmptyState>}
            filters={[
              {
                key: 'status',
                label: t('disbursements:status.heading'),
                options: STATUSES.map((value) => ({ value, label: t(`disbursements:status.${value}`) })),
              },
            ]}
            columns={[
              {
                key: 'project',
                heading: t('common:disbursement.project'),
                value: projectOf,
                cell: (disbursement) => (
                  <div>
                    <a href={paths.disbursement(disbursement.id)}>{projectOf(disbursement)}</a>
                    <span className="under">{milestoneOf(disbursement)}</span>
                  </div>
                ),
              },
              {
                key: 'payee',
                heading: t('disbursements:payee'),
                value: ({ payee }) => payee.accountName,
                cell: ({ payee }) => (
                  <div>
                    {payee.accountName}
                    <span className="under">{payee.bankName}</span>
                  </div>
                ),
              },
              {
                key: 'status',
                heading: t('disbursements:status.heading'),
                value: (disbursement) => t(`disbursements:status.${disbursement.status}`),
                cell: (disbursement) => (
                  <StatusBadge tone={DISBURSEMENT_TONES[disbursement.status]}>
                    {t(`disbursements:status.${disbursement.status}`)}
                  </StatusBadge>
                ),
              },
              {
                key: 'prepared',
                heading: t('disbursements:preparedOn'),
                value: ({ control }) => control.proposedBy.at,
                cell: ({ control }) => formatInstantDate(control.proposedBy.at, locale),
              },
              {
                key: 'on',
                heading: t('disbursements:executedOn'),
                value: ({ executedOn }) => executedOn,
                cell: ({ executedOn }) => (executedOn === null ? '—' : formatDate(executedOn, locale)),
              },
              {
                key: 'amount',
                heading: t('common:disbursement.amount'),
                numeric: true,
                value: ({ amount }) => BigInt(amount.amountMinor),
                exported: ({ amount }) => decimalOf(amount.amountMinor),
                cell: ({ amount }) => <Amount money={amount} as="exact" />,
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
