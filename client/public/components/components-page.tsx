/** The catalogue of components, for those who build pages: each component in each of its states. */
import type { ReactNode } from 'react';
import { Amount } from '../../components/amount.tsx';
import { ApprovalBar } from '../../components/approval-bar.tsx';
import { CoverageMap } from '../../components/coverage-map.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { FlowDiagram } from '../../components/flow-diagram.tsx';
import { Choice, SelectField, TextAreaField, TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { NeedProgress } from '../../components/need-progress.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { PartyName } from '../../components/party-name.tsx';
import { RestrictionChips } from '../../components/restriction-chips.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/state-panel.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { Timeline } from '../../components/timeline.tsx';
import type { PublicPage } from '../public-page.ts';
import { exampleAmounts, exampleCoverage, exampleFlow, exampleRestrictions } from './component-examples.ts';

export const componentsPage: PublicPage<null> = {
  head: (_data, { t }) => ({ title: t('catalogue:title'), description: t('catalogue:lead'), private: true }),
  Body: ComponentsBody,
};

function Shelf({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="section">
      <h2>{title}</h2>
      <div className="shelf">{children}</div>
    </section>
  );
}

function ComponentsBody() {
  const { t } = useLanguage();
  return (
    <>
      <PageHeader title={t('catalogue:title')} lead={<p>{t('catalogue:lead')}</p>} />
      <Figures />
      <Pictures />
      <Fields />
      <States />
    </>
  );
}

function Figures() {
  const { t } = useLanguage();
  const [none, some, full] = exampleAmounts;
  return (
    <>
      <Shelf title={t('catalogue:amounts')}>
        <DataTable
          caption={t('catalogue:table')}
          rows={exampleAmounts}
          rowKey={(money) => money.amountMinor}
          empty={null}
          columns={[
            { key: 'summary', heading: t('catalogue:summary'), cell: (money) => <Amount money={money} /> },
            {
              key: 'exact',
              heading: t('catalogue:exact'),
              numeric: true,
              cell: (money) => <Amount money={money} as="exact" />,
            },
          ]}
        />
      </Shelf>
      <Shelf title={t('catalogue:parties')}>
        {(['government', 'enterprise', 'socialOrganization', 'individual'] as const).map((kind) => (
          <p key={kind}>
            <PartyName name={kind === 'individual' ? null : exampleCoverage.localities[0].name} kind={kind} />
          </p>
        ))}
      </Shelf>
      <Shelf title={t('catalogue:statuses')}>
        {(['done', 'moving', 'waiting', 'stopped'] as const).map((tone) => (
          <StatusBadge key={tone} tone={tone}>
            {t(`catalogue:status.${tone}`)}
          </StatusBadge>
        ))}
      </Shelf>
      <Shelf title={t('catalogue:restrictions')}>
        {exampleRestrictions.map((restriction, index) => (
          <RestrictionChips key={index} restriction={restriction} />
        ))}
      </Shelf>
      <Shelf title={t('catalogue:progress')}>
        <NeedProgress need={full} funded={none} />
        <NeedProgress need={full} funded={some} disbursed={none} />
        <NeedProgress need={full} funded={full} disbursed={some} />
      </Shelf>
    </>
  );
}

function Pictures() {
  const { t, read } = useLanguage();
  return (
    <>
      <Shelf title={t('catalogue:coverage')}>
        <CoverageMap coverage={exampleCoverage} caption={t('catalogue:example.caption')} />
      </Shelf>
      <Shelf title={t('catalogue:flow')}>
        <FlowDiagram
          caption={t('catalogue:example.caption')}
          columns={[t('components:flow.from'), t('components:flow.to')]}
          nodes={exampleFlow.nodes.map((node) => ({ ...node, label: read(node.name) }))}
          links={exampleFlow.links}
          currency="CNY"
        />
      </Shelf>
      <Shelf title={t('catalogue:timeline')}>
        <Timeline
          label={t('catalogue:timeline')}
          steps={[
            { id: 'signed', title: t('catalogue:example.signed'), on: '2026-03-01', state: 'done' },
            { id: 'halfway', title: t('catalogue:example.halfway'), on: '2026-06-30', state: 'now' },
            { id: 'finished', title: t('catalogue:example.finished'), on: null, state: 'ahead' },
          ]}
        />
      </Shelf>
    </>
  );
}

function Fields() {
  const { t } = useLanguage();
  return (
    <Shelf title={t('catalogue:fields')}>
      <TextField id="plain" label={t('catalogue:example.label')} hint={t('catalogue:example.hint')} />
      <TextField
        id="wrong"
        label={t('catalogue:example.label')}
        hint={t('catalogue:example.hint')}
        error={t('catalogue:example.error')}
      />
      <SelectField
        id="select"
        label={t('catalogue:example.select')}
        options={[{ value: '', label: t('catalogue:example.select') }]}
      />
      <TextAreaField id="area" label={t('catalogue:example.area')} rows={3} />
      <Choice id="choice" label={t('catalogue:example.choice')} hint={t('catalogue:example.hint')} />
    </Shelf>
  );
}

function States() {
  const { t } = useLanguage();
  const [, some, full] = exampleAmounts;
  return (
    <>
      <Shelf title={t('catalogue:states')}>
        <EmptyState title={t('catalogue:example.empty')}>{t('catalogue:example.emptyNext')}</EmptyState>
        <LoadingState />
        <ErrorState title={t('catalogue:example.failed')}>{t('catalogue:example.failedNext')}</ErrorState>
      </Shelf>
      <Shelf title={t('catalogue:approval')}>
        <ApprovalBar
          title={t('catalogue:example.approval')}
          proposedBy={t('catalogue:example.proposer')}
          approvedBy={[t('catalogue:example.approver')]}
          missing={1}
          changes={[
            {
              id: 'one',
              what: t('catalogue:example.locality'),
              before: <Amount money={some} as="exact" />,
              after: <Amount money={full} as="exact" />,
            },
          ]}
          refusal={t('catalogue:example.refusal')}
        />
      </Shelf>
      <Shelf title={t('catalogue:buttons')}>
        <button type="button" className="button">
          {t('catalogue:example.primary')}
        </button>
        <button type="button" className="button button-quiet">
          {t('catalogue:example.quiet')}
        </button>
        <button type="button" className="button button-urgent">
          {t('catalogue:example.urgent')}
        </button>
      </Shelf>
    </>
  );
}
