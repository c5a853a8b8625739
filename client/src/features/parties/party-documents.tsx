/** The legal documents of a party, and bringing another one. */
import { useRef } from 'react';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { formatDate } from '../../../lib/format.ts';
import { faultOf } from '../../../lib/outcome.ts';
import type { Fault, Outcome } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';
import type { Party } from './party.query.ts';

const KINDS = ['REGISTRATION_CERTIFICATE', 'CHARTER', 'TAX_EXEMPTION', 'BANK_LETTER', 'OTHER'] as const;

interface Values {
  readonly kind: (typeof KINDS)[number];
  readonly title: string;
  readonly validUntil: string;
}

export function PartyDocuments({ party }: { readonly party: Party }) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  return (
    <section className="section" aria-labelledby="documents">
      <h2 id="documents">{t('parties:document.title')}</h2>
      {party.documents.length === 0 && <p>{t('parties:document.none')}</p>}
      <ul className="plain-list">
        {party.documents.map(({ id, kind, title, validUntil, path, addedBy }) => (
          <li key={id}>
            <a href={path} download>
              {title}
            </a>{' '}
            · {t(`parties:document.kind.${kind}`)} · {addedBy.name}
            {validUntil !== null &&
              ` · ${t('parties:document.until', { day: formatDate(validUntil, locale) })}`}
          </li>
        ))}
      </ul>
      {may('party.document') && <AddDocument party={party} />}
    </section>
  );
}

function AddDocument({ party }: { readonly party: Party }) {
  const { t } = useLanguage();
  const file = useRef<HTMLInputElement>(null);
  const state = useActionForm<Values, null>({
    draft: null,
    defaults: { kind: 'REGISTRATION_CERTIFICATE', title: '', validUntil: '' },
    send: (values, id) => {
      const chosen = file.current?.files?.[0];
      if (chosen === undefined) return Promise.resolve(faultOf('title', 'file-missing'));
      return bring(party.id, id, values, chosen);
    },
    done: () => {
      state.form.reset();
      if (file.current !== null) file.current.value = '';
    },
  });
  return (
    <ActionForm state={state} submit={t('parties:document.add')}>
      <div className="field-row">
        <SelectField
          {...state.field('kind')}
          label={t('parties:document.kindLabel')}
          options={KINDS.map((value) => ({ value, label: t(`parties:document.kind.${value}`) }))}
        />
        <TextField {...state.field('title')} label={t('parties:document.titleLabel')} autoComplete="off" />
      </div>
      <div className="field-row">
        <TextField {...state.field('validUntil')} type="date" label={t('parties:document.validUntil')} />
        <TextField
          id="document-file"
          ref={file}
          type="file"
          accept="application/pdf,image/png,image/jpeg"
          label={t('parties:document.file')}
        />
      </div>
    </ActionForm>
  );
}

async function bring(party: string, id: string, values: Values, file: File): Promise<Outcome<null>> {
  const kind = values.kind.toLowerCase().replaceAll('_', '-');
  const query = new URLSearchParams({ kind, title: values.title, validUntil: values.validUntil });
  try {
    const response = await fetch(`/party-documents/${party}/${id}?${query.toString()}`, {
      method: 'PUT',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    });
    if (response.ok) return { kind: 'done', data: null };
    if (response.status === 413) return faultOf('title', 'file-size');
    if (response.status >= 500) return { kind: 'unanswered', reference: null };
    const {
      code,
      message,
      faults = [],
    } = (await response.json()) as {
      code: string;
      message: string;
      faults?: readonly Fault[];
    };
    return { kind: 'refused', refusal: { code, message, details: [], faults } };
  } catch {
    return { kind: 'unanswered', reference: null };
  }
}
