/**
 * Takes the small forms of "My giving" as they were sent, does what they ask for through the donor's link, and says
 * where to go on: to the page with a notice, to the page for saving a card, or to a file.
 */
import type { TadaDocumentNode } from 'gql.tada';
import { parseYuan } from '../../lib/amount-input.ts';
import { graphql } from '../../lib/graphql.ts';
import { translatorOf } from '../../lib/i18n.ts';
import type { Locale } from '../../lib/locale.ts';
import type { Refusal } from '../../lib/outcome.ts';
import { RefusalFields } from '../../lib/refusal-fragment.ts';
import { faultSentence, refusalSentence } from '../../lib/refusal-sentence.ts';
import type { Ask } from '../ask.ts';
import { paths } from '../paths.ts';
import type { FailedStep } from './my-giving-data.ts';
import { localeInput } from './my-giving.query.ts';

const StopMonthly = graphql(
  `
    mutation StopMyMonthlyGiving($token: String!, $id: ID!) {
      answer: stopMyMonthlyGiving(token: $token, id: $id) {
        __typename
        ... on MutationStopMyMonthlyGivingSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const ChangeMonthly = graphql(
  `
    mutation ChangeMyMonthlyAmount($token: String!, $id: ID!, $giftMinor: MinorUnits!) {
      answer: changeMyMonthlyAmount(token: $token, id: $id, giftMinor: $giftMinor) {
        __typename
        ... on MutationChangeMyMonthlyAmountSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const ChangeCard = graphql(
  `
    mutation ChangeMyMonthlyCard($token: String!, $id: ID!) {
      answer: changeMyMonthlyCard(token: $token, id: $id) {
        __typename
        ... on MutationChangeMyMonthlyCardSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const SendReceipt = graphql(
  `
    mutation SendMyReceipt($token: String!, $donationId: ID!) {
      answer: sendMyReceipt(token: $token, donationId: $donationId) {
        __typename
        ... on MutationSendMyReceiptSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const CorrectReceipt = graphql(
  `
    mutation CorrectMyReceipt($token: String!, $donationId: ID!, $payer: PayerInput!) {
      answer: correctMyReceipt(token: $token, donationId: $donationId, payer: $payer) {
        __typename
        ... on MutationCorrectMyReceiptSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const SendStatement = graphql(
  `
    mutation SendMyStatement($token: String!, $year: Int!) {
      answer: sendMyStatement(token: $token, year: $year) {
        __typename
        ... on MutationSendMyStatementSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const TakeStatement = graphql(
  `
    mutation TakeMyStatement($token: String!, $year: Int!, $format: StatementFormat!, $locale: Locale!) {
      answer: takeMyStatement(token: $token, year: $year, format: $format, locale: $locale) {
        __typename
        ... on MutationTakeMyStatementSuccess {
          data {
            name
            contentType
            base64
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const RevokeLinks = graphql(
  `
    mutation RevokeMyGivingLinks($token: String!) {
      answer: revokeMyGivingLinks(token: $token) {
        __typename
        ... on MutationRevokeMyGivingLinksSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const ExportData = graphql(
  `
    mutation ExportMyData($token: String!) {
      answer: exportMyData(token: $token) {
        __typename
        ... on MutationExportMyDataSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const EraseData = graphql(
  `
    mutation EraseMyData($token: String!) {
      answer: eraseMyData(token: $token) {
        __typename
        ... on MutationEraseMyDataSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const RequestLink = graphql(
  `
    mutation RequestGivingLink($email: String!, $locale: Locale!) {
      answer: requestGivingLink(email: $email, locale: $locale) {
        __typename
        ... on MutationRequestGivingLinkSuccess {
          data
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export type SentStep =
  | { readonly kind: 'goOn'; readonly to: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly contentType: string;
      readonly content: Uint8Array;
    }
  | { readonly kind: 'again'; readonly failed: FailedStep };

type Answer<Data> = { readonly data: Data } | Refusal;

/** One step through a link; `token` is the last part of the page's address. */
export async function sendMyGiving(
  ask: Ask,
  body: URLSearchParams,
  { token, locale }: { readonly token: string; readonly locale: Locale },
): Promise<SentStep> {
  const text = (name: string) => (body.get(name) ?? '').trim();
  const t = translatorOf(locale);
  const page = (done: string) => paths.myGiving(locale, token, done);
  const run = async <Data, Variables>(
    document: TadaDocumentNode<{ readonly answer: Answer<Data> }, Variables>,
    variables: Variables,
    then: (data: Data) => SentStep,
  ): Promise<SentStep> => {
    const { answer } = await ask(document, variables);
    return 'data' in answer ? then(answer.data) : refusedStep(body, answer, locale);
  };
  const noted = (done: string) => (): SentStep => ({ kind: 'goOn', to: page(done) });
  const id = text('id');
  switch (text('step')) {
    case 'stop':
      return run(StopMonthly, { token, id }, noted('stopped'));
    case 'amount': {
      const giftMinor = parseYuan(text('amount'));
      if (giftMinor === null) return again(body, t('refusal:reason.not-an-amount'), 'amount');
      return run(ChangeMonthly, { token, id, giftMinor }, noted('amount'));
    }
    case 'card':
      return run(ChangeCard, { token, id }, (to) => ({ kind: 'goOn', to }));
    case 'receipt':
      return run(SendReceipt, { token, donationId: id }, noted('receipt'));
    case 'correct': {
      const company = text('payerKind') === 'company';
      const payer = {
        kind: company ? ('COMPANY' as const) : ('INDIVIDUAL' as const),
        title: text('payerTitle') === '' ? null : text('payerTitle'),
        creditCode: company && text('creditCode') !== '' ? text('creditCode') : null,
      };
      return run(CorrectReceipt, { token, donationId: id, payer }, noted('corrected'));
    }
    case 'statement':
      return run(SendStatement, { token, year: Number(text('year')) || 0 }, noted('statement'));
    case 'statement-pdf':
    case 'statement-csv': {
      const format = text('step') === 'statement-pdf' ? ('PDF' as const) : ('CSV' as const);
      const asked = { year: Number(text('year')) || 0, format, locale: localeInput(locale) };
      return run(TakeStatement, { token, ...asked }, ({ name, contentType, base64 }) => ({
        ...{ kind: 'file', name, contentType },
        content: Buffer.from(base64, 'base64'),
      }));
    }
    case 'revoke':
      return run(RevokeLinks, { token }, () => ({
        kind: 'goOn',
        to: paths.givingLink(locale, 'revoked'),
      }));
    case 'export':
      return run(ExportData, { token }, (json) => ({
        ...{ kind: 'file', name: 'my-giving.json', contentType: 'application/json' },
        content: new TextEncoder().encode(json),
      }));
    case 'erase':
      if (text('sure') !== 'yes') return again(body, t('myGiving:erase.notSure'));
      return run(EraseData, { token }, () => ({ kind: 'goOn', to: paths.givingLink(locale, 'erased') }));
    default:
      return { kind: 'goOn', to: paths.myGiving(locale, token) };
  }
}

/** Asks for a link by mail; the answer is the same for every address. */
export async function sendLinkRequest(ask: Ask, body: URLSearchParams, locale: Locale): Promise<SentStep> {
  const email = (body.get('email') ?? '').trim();
  const { answer } = await ask(RequestLink, { email, locale: localeInput(locale) });
  if ('data' in answer) return { kind: 'goOn', to: paths.givingLink(locale, 'asked') };
  return refusedStep(body, answer, locale);
}

/** The field of a step that a fault of the API is about. */
const FIELDS: Readonly<Record<string, string>> = {
  giftMinor: 'amount',
  'payer.title': 'payerTitle',
  'payer.creditCode': 'creditCode',
};

function refusedStep(body: URLSearchParams, refusal: Refusal, locale: Locale): SentStep {
  const t = translatorOf(locale);
  const [fault] = refusal.faults;
  if (fault === undefined) return again(body, refusalSentence(refusal, t, locale));
  return again(body, faultSentence(fault, t), FIELDS[fault.path] ?? null);
}

const again = (body: URLSearchParams, error: string, field: string | null = null): SentStep => ({
  ...{ kind: 'again', failed: { error, field, typed: Object.fromEntries(body) } },
});
