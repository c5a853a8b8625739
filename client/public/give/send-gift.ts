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
import type { GiveFormState } from './give.query.ts';

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

type Values = PublicPageData<'give'>['values'];
type Errors = PublicPageData<'give'>['errors'];

export type SentGift =
  { readonly kind: 'goOn'; readonly to: string } | { readonly kind: 'again'; readonly form: GiveFormState };

/** `body` is the form as sent, `ask` runs the mutation for the visitor who sent it. */
export async function sendGift(ask: Ask, body: URLSearchParams, locale: Locale): Promise<SentGift> {
  const t = translatorOf(locale);
  const values = valuesOf(body);
  const idempotencyKey = body.get('idempotencyKey') ?? '';
  const again = (errors: Errors): SentGift => ({ kind: 'again', form: { idempotencyKey, values, errors } });

  const giftMinor = parseYuan(values.amount);
  if (giftMinor === null) return again({ amount: t('refusal:reason.not-an-amount') });
  const chosen = values.purpose === 'region' ? '' : values[values.purpose];
  if (values.purpose !== 'region' && chosen === '')
    return again({ [values.purpose]: t('refusal:reason.choose') });

  const { startDonation } = await ask(StartDonation, {
    input: {
      id: idempotencyKey,
      giftMinor,
      coverFee: values.coverFee,
      restriction: restrictionOf(values.purpose, chosen),
      consentToBeNamed: values.named,
      displayName: values.named && values.name !== '' ? values.name : null,
      message: values.message === '' ? null : values.message,
      donor: {
        locale: locale === 'en' ? 'EN' : 'ZH',
        name: values.name === '' ? null : values.name,
        email: values.email === '' ? null : values.email,
      },
    },
  });
  if ('data' in startDonation) {
    const { checkoutUrl, donation } = startDonation.data;
    return { kind: 'goOn', to: checkoutUrl ?? paths.donation(locale, donation.id) };
  }
  return again(errorsOf(startDonation, locale));
}

function valuesOf(body: URLSearchParams): Values {
  const text = (name: string) => (body.get(name) ?? '').trim();
  const ticked = (name: string) => body.get(name) === 'yes';
  const purpose = text('purpose');
  return {
    amount: text('amount') === '' ? text('preset') : text('amount'),
    purpose: purpose === 'sector' || purpose === 'locality' || purpose === 'project' ? purpose : 'region',
    sector: text('sector'),
    locality: text('locality'),
    project: text('project'),
    name: text('name'),
    email: text('email'),
    named: ticked('named'),
    message: text('message'),
    coverFee: ticked('coverFee'),
  };
}

function restrictionOf(purpose: Values['purpose'], chosen: string) {
  switch (purpose) {
    case 'region':
      return null;
    case 'sector':
      return { sectors: [chosen] };
    case 'locality':
      return { localities: [chosen] };
    case 'project':
      return { projects: [chosen] };
  }
}

const FIELDS: readonly (readonly [RegExp, keyof Errors])[] = [
  [/^giftMinor/, 'amount'],
  [/^restriction\.sectors/, 'sector'],
  [/^restriction\.localities/, 'locality'],
  [/^restriction\.projects/, 'project'],
  [/^(donor\.name|displayName)/, 'name'],
  [/^donor\.email/, 'email'],
  [/^message/, 'message'],
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
