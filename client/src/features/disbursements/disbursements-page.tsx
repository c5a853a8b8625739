/** Payments to grantees, from prepared to executed. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { DISBURSEMENT_TONES } from './disbursement-status.ts';

const Disbursements = graphql(`
  query Disbursements($grantee: ID) {
    disbursements(first: 500, grantee: $grantee) {
      id
      status
      executedOn
      amount {
        amountMinor
        currency
      }
      grantee {
        name {
          zh
          en
        }
      }
      project {
        title {
          zh
          en
        }
      }
    }
  }
`);

export function DisbursementsPage() {
  const { t, read, locale } = useLanguage();
  const { may, person } = useSession();
  const own = may('award.read') ? null : (person.memberships[0]?.partyId ?? null);
  const reading = useData(Disbursements, { grantee: own });
  return (
    <WorkspacePage title={t('workspace:nav.disbursements')} lead={<p>{t('disbursements:lead')}</p>}>
      <DataView reading={reading}>
        {({ disbursements }) => (
          <DataTable
            caption={t('workspace:nav.disbursements')}
            captionHidden
            rows={disbursements}
            rowKey={({ id }) => id}
            empty={<EmptyState title={t('disbursements:empty')}>{t('disbursements:emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'project',
                heading: t('common:disbursement.project'),
                cell: ({ id, project, grantee }) => (
                  <>
                    <a href={paths.disbursement(id)}>{project === null ? id : read(project.title)}</a>
                    {grantee !== null && <span className="under">{read(grantee.name)}</span>}
                  </>
                ),
              },
              {
                key: 'status',
                heading: t('disbursements:status.heading'),
                cell: ({ status }) => (
                  <StatusBadge tone={DISBURSEMENT_TONES[status]}>
                    {t(`disbursements:status.${status}`)}
                  </StatusBadge>
                ),
              },
              {
                key: 'on',
                heading: t('common:disbursement.on'),
                cell: ({ executedOn }) => (executedOn === null ? '—' : formatDate(executedOn, locale)),
              },
              {
                key: 'amount',
                heading: t('common:disbursement.amount'),
                numeric: true,
                cell: ({ amount }) => <Amount money={amount} as="exact" />,
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
