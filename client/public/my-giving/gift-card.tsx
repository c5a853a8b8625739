/** One gift on "My giving": how much and when, for what, where each part is now, and its receipts. */
import { Amount } from '../../components/amount.tsx';
import { Choice, TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { RestrictionChips } from '../../components/restriction-chips.tsx';
import { StatusBadge, type StatusTone } from '../../components/status-badge.tsx';
import { formatDate, formatExact, formatInstantDate } from '../../lib/format.ts';
import { paths } from '../paths.ts';
import { errorAt, failedOf, type MyGift, type MyGivingData, type PartFlow } from './my-giving-data.ts';
import { StepForm } from './step-form.tsx';

const TONES: Record<MyGift['status'], StatusTone> = {
  CREATED: 'waiting',
  AWAITING_PAYMENT: 'waiting',
  AWAITING_TRANSFER: 'waiting',
  PROCESSING: 'moving',
  SETTLED: 'done',
  FAILED: 'stopped',
  EXPIRED: 'stopped',
};

export function GiftCard({ gift, data }: { gift: MyGift; data: MyGivingData }) {
  const { locale, t } = useLanguage();
  return (
    <article className="card">
      <header className="gift-head">
        <h3>
          <Amount money={gift.total} as="exact" />
        </h3>
        <StatusBadge tone={TONES[gift.status]}>{t(`myGiving:status.${gift.status}`)}</StatusBadge>
        <p className="gift-when">
          {formatInstantDate(gift.settledAt ?? gift.createdAt, locale)}
          {gift.monthlyGivingId !== null && ` · ${t('myGiving:gift.monthly')}`}
          {gift.dedication !== null && ` · ${t('myGiving:gift.dedication', { dedication: gift.dedication })}`}
        </p>
      </header>
      {gift.returned.amountMinor !== '0' && (
        <p>{t('myGiving:gift.returned', { amount: formatExact(gift.returned) })}</p>
      )}
      {gift.flow.map((part, place) => (
        <PartOfGift key={place} part={part} />
      ))}
      {gift.receipts.length > 0 && <Receipts gift={gift} data={data} />}
    </article>
  );
}

function PartOfGift({ part }: { part: PartFlow }) {
  const { locale, t, read } = useLanguage();
  return (
    <div className="gift-part">
      <p>
        <Amount money={part.amount} as="exact" /> <RestrictionChips restriction={part.restriction} />
      </p>
      <ul>
        {part.projects.map(({ projectId, title, allocated, disbursed }) => (
          <li key={projectId}>
            <a href={paths.project(locale, projectId)}>{read(title)}</a>{' '}
            {t('myGiving:gift.atProject', {
              allocated: formatExact(allocated),
              disbursed: formatExact(disbursed),
            })}
          </li>
        ))}
        {part.waiting.amountMinor !== '0' && (
          <li>{t('myGiving:gift.waiting', { amount: formatExact(part.waiting) })}</li>
        )}
      </ul>
    </div>
  );
}

function Receipts({ gift, data }: { gift: MyGift; data: MyGivingData }) {
  const { locale, t } = useLanguage();
  const { token } = data;
  const latest = gift.receipts.at(-1);
  const failed = failedOf(data, 'correct', gift.id);
  const isCompany = failed?.typed['payerKind'] === 'company';
  return (
    <>
      <ul>
        {gift.receipts.map((receipt) => (
          <li key={receipt.number}>
            {t('myGiving:receipt.line', {
              number: receipt.number,
              on: formatDate(receipt.issuedOn, locale),
            })}
            {receipt.replaces !== null &&
              ` · ${t('myGiving:receipt.replaces', { number: receipt.replaces })}`}
          </li>
        ))}
      </ul>
      <StepForm
        token={token}
        step="receipt"
        id={gift.id}
        label={t('myGiving:receipt.send')}
        about={latest?.number ?? ''}
      />
      <details open={failed !== null}>
        <summary>{t('myGiving:receipt.correct')}</summary>
        <StepForm
          token={token}
          step="correct"
          id={gift.id}
          label={t('myGiving:receipt.replace')}
          about={latest?.number ?? ''}
        >
          <Choice
            id={`individual-${gift.id}`}
            type="radio"
            name="payerKind"
            value="individual"
            defaultChecked={!isCompany}
            label={t('give:receipt.individual')}
          />
          <Choice
            id={`company-${gift.id}`}
            type="radio"
            name="payerKind"
            value="company"
            defaultChecked={isCompany}
            label={t('give:receipt.company')}
          />
          <TextField
            id={`payerTitle-${gift.id}`}
            name="payerTitle"
            label={t('give:receipt.title')}
            defaultValue={failed?.typed['payerTitle'] ?? latest?.payerTitle ?? ''}
            error={errorAt(failed, 'payerTitle')}
          />
          <TextField
            id={`creditCode-${gift.id}`}
            name="creditCode"
            autoComplete="off"
            label={t('give:receipt.creditCode')}
            hint={t('give:receipt.creditCodeHint')}
            defaultValue={failed?.typed['creditCode']}
            error={errorAt(failed, 'creditCode')}
          />
        </StepForm>
      </details>
    </>
  );
}
