/** Disbursement reports: preparing one for a round, approving and publishing it, and what is published. */
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { RoundChooser, useRound } from '../../../components/use-round.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import type { ReportDocument } from '../../../../server/domain/report-document.ts';
import { formatInstant } from '../../../lib/format.ts';
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { prefixOf } from '../../../lib/locale.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { usePages } from '../../../lib/use-pages.ts';

const Reports = graphql(
  `
    query Reports {
      preparedReports {
        id
        number
        version
        documentJson
        control {
          ...ControlFields
        }
      }
    }
  `,
  [ControlFields],
);

const PublishedReportsQuery = graphql(`
  query ReportsPublished($first: Int!, $after: ID) {
    reports(first: $first, after: $after) {
      items {
        id
        number
        version
        publishedAt
      }
      next
    }
  }
`);

const pageOf = ({ reports }: ResultOf<typeof PublishedReportsQuery>) => reports;

const PrepareReport = graphql(
  `
    mutation PrepareReport($input: PrepareReportInput!) {
      prepareReport(input: $input) {
        __typename
        ... on MutationPrepareReportSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const ApproveReport = graphql(
  `
    mutation ApproveReport($id: ID!, $digest: String!) {
      approveReport(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveReportSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const PublishReport = graphql(
  `
    mutation PublishReport($id: ID!) {
      publishReport(id: $id) {
        __typename
        ... on MutationPublishReportSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const WithdrawReport = graphql(
  `
    mutation WithdrawReport($id: ID!) {
      withdrawReport(id: $id) {
        __typename
        ... on MutationWithdrawReportSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

type Prepared = ResultOf<typeof Reports>['preparedReports'][number];

export function ReportsPage() {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { round, rounds } = useRound();
  const reading = useData(Reports, {});
  return (
    <WorkspacePage title={t('workspace:nav.reports')} lead={<p>{t('reportsAdmin:lead')}</p>}>
      {may('report.prepare') && round !== undefined && round !== null && (
        <>
          <RoundChooser rounds={rounds} chosen={round.code} />
          <ActionButton
            label={t('reportsAdmin:prepare')}
            run={() =>
              runMutation(client, PrepareReport, { input: { id: crypto.randomUUID(), round: round.id } })
            }
          />
        </>
      )}
      <DataView reading={reading}>
        {({ preparedReports }) => (
          <>
            {preparedReports.map((report) => (
              <section key={report.id} className="section">
                <PreparedReport report={report} />
              </section>
            ))}
          </>
        )}
      </DataView>
      <PublishedReports />
    </WorkspacePage>
  );
}

function PublishedReports() {
  const { t, locale } = useLanguage();
  const pages = usePages({ query: PublishedReportsQuery, variables: {}, page: pageOf });
  return (
    <section className="section" aria-labelledby="published">
      <h2 id="published">{t('reportsAdmin:published')}</h2>
      <DataView reading={pages}>
        {(reports) => (
          <>
            <DataTable
              caption={t('reportsAdmin:published')}
              captionHidden
              rows={reports}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t('reports:none')}>{t('reports:noneNext')}</EmptyState>}
              columns={[
                {
                  key: 'number',
                  heading: t('reports:column.title'),
                  cell: ({ number, version }) => (
                    <a href={`/${prefixOf(locale)}/reports/${number}/v${version}`}>
                      {t('reports:numbered', { number, version })}
                    </a>
                  ),
                },
                {
                  key: 'at',
                  heading: t('reports:column.published'),
                  cell: ({ publishedAt }) =>
                    publishedAt === null ? '—' : formatInstant(publishedAt, locale),
                },
              ]}
            />

            <ListEnd pages={pages} shown={reports.length} />
          </>
        )}
      </DataView>
    </section>
  );
}

const FIGURES = ['pledged', 'received', 'donated', 'allocated', 'awarded', 'disbursed'] as const;

function PreparedReport({ report }: { report: Prepared }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control } = report;
  // Our own canonical document, written when the report was prepared.
  const document = JSON.parse(report.documentJson) as ReportDocument;
  return (
    <ControlPanel
      title={t('reports:numbered', { number: report.number, version: report.version })}
      control={control}
      changes={FIGURES.map((figure) => ({
        id: figure,
        what: t(`reportsAdmin:figure.${figure}`),
        before: '—',
        after: (
          <Amount
            money={{ amountMinor: document.totals[`${figure}Minor`], currency: document.currency }}
            as="exact"
          />
        ),
      }))}
      approve={
        may('report.approve') ? (
          <ActionButton
            label={t('workspace:control.approve')}
            question={t('reportsAdmin:approveQuestion')}
            kind="urgent"
            run={() => runMutation(client, ApproveReport, { id, digest: control.digest })}
          />
        ) : null
      }
      execute={
        may('report.publish') ? (
          <ActionButton
            label={t('reportsAdmin:publish')}
            question={t('reportsAdmin:publishQuestion')}
            kind="urgent"
            run={() => runMutation(client, PublishReport, { id })}
          />
        ) : null
      }
      executor={t('reportsAdmin:publishedByOthers')}
      {...(may('report.prepare')
        ? {
            withdraw: (
              <ActionButton
                label={t('allocations:withdraw')}
                kind="quiet"
                run={() => runMutation(client, WithdrawReport, { id })}
              />
            ),
          }
        : {})}
    />
  );
}
