/**
 * Takes the form for giving as it was sent, starts the donation, and says where to go on: to the payment
 * page, to the donation when nothing is left to pay, or back to the form with what was typed and what is
 * wrong with it.
 */
import { parseYuan } from '../../lib/amount-input.ts';
import { graphql } from '../../lib/graphql.ts';
import { translatorOf } from '../../lib/i18n.ts';
import type { Locale } from '../../lib/locale.ts';
import type { Refusal } from '../../lib/outcome.ts';
import { RefusalFields } from '../../lib/refusal-fragment.ts';
import { faultSentence, refusalSentence } from '../../lib/refusal-sentence.ts';
import type { Ask } from '../ask.ts';
import { paths } from '../paths.ts';
import type { PublicPageData } from '../render-page.tsx';
import { restrictionOf, SPLIT_ROWS, splitOf, type GiveFormState } from './give.query.ts';

const StartDonation = graphql(
  `
    mutation StartDonation($input: StartDonationInput!) {
      startDonation(input: $input) {
        __typename
        ... on MutationStartDonationSuccess {
          data {
            checkoutUrl
            donation {
              id
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const StartMonthly = graphql(
  `
    mutation StartMonthlyGiving($input: StartDonationInput!) {
      startMonthlyGiving(input: $input) {
        __typename
        ... on MutationStartMonthlyGivingSuccess {
          data {
            checkoutUrl
            monthlyGiving {
              id
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const StartTransferGift = graphql(
  `
    mutation StartTransferGift($input: StartDonationInput!) {
      startTransferGift(input: $input) {
        __typename
        ... on MutationStartTransferGiftSuccess {
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

type Values = PublicPageData<'give'>['values'];
type Errors = PublicPageData<'give'>['errors'];

export type SentGift =
  | { readonly kind: 'goOn'; readonly to: string }
  | { readonly kind: 'again'; readonly form: GiveFormState };

/** `body` is the form as sent, `ask` runs the mutation for the visitor who sent it. */
export async function sendGift(ask: Ask, body: URLSearchParams, locale: Locale): Promise<SentGift> {
  const t = translatorOf(locale);
  const values = valuesOf(body);
  const idempotencyKey = body.get('idempotencyKey') ?? '';
  const again = (errors: Errors): SentGift => ({ kind: 'again', form: { idempotencyKey, values, errors } });
  if (body.get('look') === 'matches') return again({});

  const giftMinor = parseYuan(values.amount);
  const { purpose } = values;
  const chosen = purpose === 'region' || purpose === 'several' ? '' : values[purpose];
  const split = purpose === 'several' ? splitOf(values.parts, giftMinor) : null;
  const wrong: Errors = {
    ...(giftMinor === null ? { amount: t('refusal:reason.not-an-amount') } : {}),
    ...(purpose !== 'region' && purpose !== 'several' && chosen === ''
      ? { [purpose]: t('refusal:reason.choose') }
      : {}),
    ...(typeof split === 'string' ? { parts: t(`refusal:reason.${split}`) } : {}),
  };
  const isWrong = Object.keys(wrong).length > 0;
  const input = {
    // Under no id nothing is ever recorded: the answer is what else is wrong, so that all of it is told at once.
    ...{ id: isWrong ? '' : idempotencyKey, giftMinor: giftMinor ?? '0', coverFee: values.coverFee },
    split: typeof split === 'string' ? null : split,
    restriction: restrictionOf(purpose, chosen),
    consentToBeNamed: values.named,
    displayName: values.named ? orNull(values.name) : null,
    message: orNull(values.message),
    dedication: orNull(values.dedication),
    payer: payerOf(values),
    proof: orNull(body.get('proof') ?? ''),
    donor: {
      locale: locale === 'en' ? ('EN' as const) : ('ZH' as const),
      name: orNull(values.name),
      email: orNull(values.email),
      isRelated: values.related,
    },
  };
  const refused = (refusal: Refusal): SentGift => {
    const errors = errorsOf(refusal, locale);
    // The giver is told of the gift that this form began; pressing again begins another.
    if (refusal.code === 'ID_ALREADY_USED')
      return { kind: 'again', form: { idempotencyKey: crypto.randomUUID(), values, errors } };
    if (!isWrong || refusal.faults.length === 0) return again({ ...errors, ...wrong });
    const { form: _ofTheId, ...others } = errors;
    return again({ ...others, ...wrong });
  };
  if (values.rhythm === 'monthly') {
    const { startMonthlyGiving } = await ask(StartMonthly, { input });
    if (!('data' in startMonthlyGiving)) return refused(startMonthlyGiving);
    return { kind: 'goOn', to: startMonthlyGiving.data.checkoutUrl ?? paths.givingLink(locale) };
  }
  if (values.rhythm === 'transfer') {
    const { startTransferGift } = await ask(StartTransferGift, { input });
    if (!('data' in startTransferGift)) return refused(startTransferGift);
    return { kind: 'goOn', to: paths.donation(locale, startTransferGift.data.id) };
  }
  const { startDonation } = await ask(StartDonation, { input });
  if (!('data' in startDonation)) return refused(startDonation);
  const { checkoutUrl, donation } = startDonation.data;
  return { kind: 'goOn', to: checkoutUrl ?? paths.donation(locale, donation.id) };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

/** Null: the donor as a person, under the name that they gave. */
function payerOf({ payerKind, payerTitle, creditCode }: Values) {
  if (payerKind === 'individual' && payerTitle === '' && creditCode === '') return null;
  return {
    kind: payerKind === 'company' ? ('COMPANY' as const) : ('INDIVIDUAL' as const),
    title: orNull(payerTitle),
    creditCode: orNull(creditCode),
  };
}

function valuesOf(body: URLSearchParams): Values {
  const text = (name: string) => (body.get(name) ?? '').trim();
  const ticked = (name: string) => body.get(name) === 'yes';
  const purpose = text('purpose');
  return {
    amount: text('amount') === '' ? text('preset') : text('amount'),
    rhythm: RHYTHMS.find((one) => one === text('rhythm')) ?? 'once',
    purpose: PURPOSES.find((one) => one === purpose) ?? 'region',
    parts: Array.from({ length: SPLIT_ROWS }, (_, place) => ({
      to: text(`partTo${place}`),
      amount: text(`partAmount${place}`),
    })),
    sector: text('sector'),
    locality: text('locality'),
    project: text('project'),
    name: text('name'),
    email: text('email'),
    named: ticked('named'),
    message: text('message'),
    dedication: text('dedication'),
    related: ticked('related'),
    payerKind: text('payerKind') === 'company' ? 'company' : 'individual',
    payerTitle: text('payerTitle'),
    creditCode: text('creditCode'),
    coverFee: ticked('coverFee'),
  };
}

const RHYTHMS = ['once', 'monthly', 'transfer'] as const;

const PURPOSES = ['region', 'sector', 'locality', 'project', 'several'] as const;

const FIELDS: readonly (readonly [RegExp, keyof Errors])[] = [
  [/^giftMinor/, 'amount'],
  [/^restriction\.sectors/, 'sector'],
  [/^restriction\.localities/, 'locality'],
  [/^restriction\.projects/, 'project'],
  [/^(donor\.name|displayName)/, 'name'],
  [/^donor\.email/, 'email'],
  [/^message/, 'message'],
  [/^dedication/, 'dedication'],
  [/^split/, 'parts'],
  [/^payer\.title/, 'payerTitle'],
  [/^payer\.creditCode/, 'creditCode'],
];

function errorsOf(refusal: Refusal, locale: Locale): Errors {
  const t = translatorOf(locale);
  if (refusal.faults.length === 0) return { form: refusalSentence(refusal, t, locale) };
  const errors: Partial<Record<keyof Errors, string>> = {};
  for (const fault of refusal.faults) {
    const field = FIELDS.find(([path]) => path.test(fault.path))?.[1] ?? 'form';
    errors[field] ??= faultSentence(fault, t);
  }
  return errors;
}
