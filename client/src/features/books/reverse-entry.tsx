/** Preparing the reversal of an entry that was posted; it is approved and posted like any other. */
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { today } from '../../../lib/today.ts';
import { PrepareReversal } from './books.query.ts';

export function ReverseEntry({ journalEntry }: { journalEntry: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const navigate = useNavigate();
  const state = useActionForm<
    { readonly effectiveOn: string; readonly reason: string },
    { readonly id: string }
  >({
    draft: `reverse-${journalEntry}`,
    defaults: { effectiveOn: today(), reason: '' },
    send: ({ effectiveOn, reason }, id) => {
      if (effectiveOn === '') return Promise.resolve(faultOf('effectiveOn', 'not-a-date'));
      return runMutation(client, PrepareReversal, {
        input: { id, entry: journalEntry, effectiveOn, reason },
      });
    },
    fieldOf: (path) => (path === 'narrative' ? 'reason' : path),
    done: ({ id }) => {
      notifyDone(t('books:entries.done'));
      void navigate(`/entries/${id}`);
    },
  });
  return (
    <section className="section" aria-labelledby="reverse">
      <h2 id="reverse">{t('books:reverse.title')}</h2>
      <p className="section-lead">{t('books:reverse.lead')}</p>
      <ActionForm state={state} submit={t('books:reverse.submit')}>
        <TextField {...state.field('effectiveOn')} type="date" label={t('books:entry.effectiveOn')} />
        <TextAreaField {...state.field('reason')} label={t('books:reverse.reason')} rows={2} />
      </ActionForm>
    </section>
  );
}
