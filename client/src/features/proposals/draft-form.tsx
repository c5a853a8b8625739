/** A draft in the making: saved as often as its authors like, with gaps, until it is submitted. */
import type { ReactNode } from 'react';
import { useFieldArray } from 'react-hook-form';
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useKeptFocus } from '../../../components/use-kept-focus.ts';
import { useActionForm } from '../../../components/use-action-form.ts';
import type { ActionForm as ActionFormState } from '../../../components/use-action-form.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import { graphql } from '../../../lib/graphql.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import type { Proposal } from './proposal.query.ts';

const ServiceItems = graphql(`
  query ServiceItems {
    region {
      serviceItems {
        code
        sector
        name {
          zh
          en
        }
      }
    }
  }
`);

const SaveDraft = graphql(
  `
    mutation SaveDraft($input: SaveDraftInput!) {
      saveDraft(input: $input) {
        __typename
        ... on MutationSaveDraftSuccess {
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

type DraftOf = Pick<
  Proposal,
  | 'round'
  | 'revision'
  | 'sector'
  | 'locality'
  | 'serviceItem'
  | 'openTo'
  | 'needMinor'
  | 'minimumMinor'
  | 'title'
  | 'summary'
  | 'localTerm'
  | 'milestones'
> & { readonly id: string | null; readonly grantee: { readonly id: string } | null };

interface Values {
  readonly title: { readonly zh: string; readonly en: string };
  readonly summary: { readonly zh: string; readonly en: string };
  readonly sector: string;
  readonly serviceItem: string;
  readonly locality: string;
  readonly localTerm: string;
  readonly openTo: '' | 'EVERYONE' | 'REGISTERED_RESIDENTS';
  readonly needMinor: string;
  readonly minimumMinor: string;
  readonly milestones: readonly {
    readonly title: { readonly zh: string; readonly en: string };
    readonly dueOn: string;
    /** Per cent of the award. */
    readonly share: string;
  }[];
}

function yuanOf(amountMinor: string | null): string {
  if (amountMinor === null) return '';
  const digits = amountMinor.padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`.replace(/\.00$/, '');
}

function valuesOf(draft: DraftOf): Values {
  return {
    title: draft.title,
    summary: draft.summary,
    sector: draft.sector ?? '',
    serviceItem: draft.serviceItem ?? '',
    locality: draft.locality ?? '',
    localTerm: draft.localTerm?.label ?? '',
    openTo: draft.openTo ?? '',
    needMinor: yuanOf(draft.needMinor),
    minimumMinor: yuanOf(draft.minimumMinor),
    milestones: draft.milestones.map(({ title, dueOn, shareBasisPoints }) => ({
      title,
      dueOn,
      share: String(shareBasisPoints / 100),
    })),
  };
}

/** Hundredths of a per cent of what was typed as per cent; null when it is none. */
function basisPointsOf(share: string): number | null {
  const minor = parseYuan(share.replace('%', ''));
  return minor === null ? null : Number(minor);
}

export function DraftForm({ proposal }: { proposal: DraftOf }) {
  const { t } = useLanguage();
  const client = useClient();
  const navigate = useNavigate();
  const state = useActionForm<Values, { readonly id: string }>({
    draft: `proposal-${proposal.id ?? 'new'}-${proposal.revision}`,
    defaults: valuesOf(proposal),
    send: async (values, newId) => {
      const [need, minimum] = [values.needMinor, values.minimumMinor].map((typed) =>
        typed.trim() === '' ? undefined : parseYuan(typed),
      );
      if (need === null) return faultOf('needMinor', 'not-an-amount');
      if (minimum === null) return faultOf('minimumMinor', 'not-an-amount');
      const shares = values.milestones.map(({ share }) => basisPointsOf(share));
      const unread = shares.indexOf(null);
      if (unread >= 0) return faultOf(`milestones.${unread}.share`, 'not-a-share');
      return runMutation(client, SaveDraft, {
        input: {
          id: proposal.id ?? newId,
          basedOn: proposal.revision,
          round: proposal.round,
          grantee: proposal.grantee?.id ?? '',
          title: values.title,
          summary: values.summary,
          ...(values.sector === '' ? {} : { sector: values.sector }),
          ...(values.serviceItem === '' ? {} : { serviceItem: values.serviceItem }),
          ...(values.locality === '' ? {} : { locality: values.locality }),
          ...(values.localTerm === '' ? {} : { localTerm: values.localTerm }),
          ...(values.openTo === '' ? {} : { openTo: values.openTo }),
          ...(need === undefined ? {} : { needMinor: need }),
          ...(minimum === undefined ? {} : { minimumMinor: minimum }),
          milestones: values.milestones.map(({ title, dueOn }, index) => ({
            title,
            dueOn,
            shareBasisPoints: shares[index] ?? 0,
          })),
        },
      });
    },
    fieldOf: (path) =>
      path
        .replace(/\[(\d+)\]/g, '.$1')
        .replace(/shareBasisPoints$/, 'share')
        .replace(/^(title|summary)$/, '$1.zh'),
    done: ({ id }) => {
      notifyDone(t('proposals:draft.saved'));
      if (proposal.id === null) void navigate(`/proposals/${id}`);
    },
  });
  return (
    <section className="section" aria-labelledby="draft">
      <h2 id="draft">{t('proposals:draft.plan')}</h2>
      <ActionForm state={state} submit={t('proposals:draft.save')}>
        <PlanFields state={state} />
        <MilestoneFields state={state} />
      </ActionForm>
    </section>
  );
}

type State = ActionFormState<Values>;

function PlanFields({ state }: { state: State }) {
  const { t, read } = useLanguage();
  const region = useRegion();
  const { data } = useData(ServiceItems, {});
  const sector = state.form.watch('sector');
  const items = (data?.region.serviceItems ?? []).filter((item) => item.sector === sector);
  const choose = { value: '', label: t('workspace:form.choose') };
  const options = (list: readonly { code: string; name: { zh: string; en: string } }[]) => [
    choose,
    ...list.map(({ code, name }) => ({ value: code, label: read(name) })),
  ];
  return (
    <>
      <div className="field-row">
        <TextField {...state.field('title.zh')} label={t('workspace:field.nameZh')} />
        <TextField {...state.field('title.en')} label={t('workspace:field.nameEn')} />
      </div>
      <TextAreaField {...state.field('summary.zh')} rows={5} label={t('proposals:draft.summaryZh')} />
      <TextAreaField {...state.field('summary.en')} rows={5} label={t('proposals:draft.summaryEn')} />
      <div className="field-row">
        <SelectField
          {...state.field('sector')}
          label={t('proposals:field.sector')}
          options={options(region.sectors)}
        />
        <SelectField
          {...state.field('serviceItem')}
          label={t('proposals:field.serviceItem')}
          options={options(items)}
        />
        <SelectField
          {...state.field('locality')}
          label={t('proposals:field.locality')}
          options={options(region.localities)}
        />
      </div>
      <div className="field-row">
        <TextField {...state.field('localTerm')} label={t('proposals:field.localTerm')} />
        <SelectField
          {...state.field('openTo')}
          label={t('proposals:field.openTo')}
          options={[
            choose,
            ...(['EVERYONE', 'REGISTERED_RESIDENTS'] as const).map((value) => ({
              value,
              label: t(`proposals:openTo.${value}`),
            })),
          ]}
        />
      </div>
      <div className="field-row">
        <TextField
          {...state.field('needMinor')}
          label={t('proposals:field.needMinor')}
          before="¥"
          inputMode="decimal"
          autoComplete="off"
        />
        <TextField
          {...state.field('minimumMinor')}
          label={t('proposals:field.minimumMinor')}
          hint={t('proposals:draft.minimumHint')}
          before="¥"
          inputMode="decimal"
          autoComplete="off"
        />
      </div>
    </>
  );
}

/** One of several, told apart by its number. */
function MilestonePart({ number, children }: { readonly number: number; readonly children: ReactNode }) {
  const { t } = useLanguage();
  const part = useKeptFocus<HTMLDivElement>();
  return (
    <div
      ref={part}
      className="panel milestone-fields"
      role="group"
      aria-label={t('proposals:draft.milestone', { number })}
    >
      {children}
    </div>
  );
}

function MilestoneFields({ state }: { state: State }) {
  const { t } = useLanguage();
  const { fields, append, remove } = useFieldArray({ control: state.form.control, name: 'milestones' });
  const { error } = state.field('milestones');
  return (
    <fieldset>
      <legend>{t('proposals:field.milestones')}</legend>
      <p className="field-hint">{t('proposals:draft.milestonesHint')}</p>
      {error !== undefined && <p className="field-error">{error}</p>}
      {fields.map((milestone, index) => (
        <MilestonePart key={milestone.id} number={index + 1}>
          <div className="field-row">
            <TextField {...state.field(`milestones.${index}.title.zh`)} label={t('workspace:field.nameZh')} />
            <TextField {...state.field(`milestones.${index}.title.en`)} label={t('workspace:field.nameEn')} />
          </div>
          <div className="field-row">
            <TextField
              {...state.field(`milestones.${index}.dueOn`)}
              type="date"
              label={t('proposals:draft.dueOn')}
            />
            <TextField
              {...state.field(`milestones.${index}.share`)}
              label={t('proposals:draft.share')}
              inputMode="decimal"
              autoComplete="off"
            />
            <button type="button" className="link-button" onClick={() => remove(index)}>
              {t('proposals:draft.removeMilestone', { number: index + 1 })}
            </button>
          </div>
        </MilestonePart>
      ))}
      <div>
        <button
          type="button"
          className="button button-quiet"
          onClick={() => append({ title: { zh: '', en: '' }, dueOn: '', share: '' })}
        >
          {t('proposals:draft.addMilestone')}
        </button>
      </div>
    </fieldset>
  );
}
