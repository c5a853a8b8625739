/** Every letter of the book over sample facts, as it would be sent: what `/dev/mail` shows of the templates. */
import type { Locale, LocalizedText } from '../../domain/localized-text.ts';
import { formatMoney, minor } from '../../domain/money.ts';
import {
  composeLetter,
  LETTER_BOOK,
  LETTER_NAMES,
  type LetterFacts,
  type LetterName,
} from './letter-book.ts';
import { mailOf } from './letter-mail.ts';

type SamplesOf = {
  readonly [Name in LetterName]: (locale: Locale) => readonly [LetterFacts[Name], ...LetterFacts[Name][]];
};

const REGION: LocalizedText = {
  zh: '长三角生态绿色一体化发展示范区',
  en: 'Yangtze River Delta Demonstration Zone',
};
const SAMPLE_ADDRESS = 'sample@example.org';
const NAMES: LocalizedText = { zh: '王芳', en: 'Wang Fang' };
const PURPOSES: LocalizedText = { zh: '养老·嘉善', en: 'elderly care · Jiashan' };
const DONATION_ID = '3f0e8c52-6f1b-4c39-9c57-1f6a2b7d9e10';
const yuan = (fen: bigint): string => formatMoney(minor(fen), 'CNY');
const givingAddress = (locale: Locale): string => `https://give.example.org/${locale}/my-giving/sample`;
const receiptOf = (number: string, amount: string, replaces: string | null = null) => ({
  ...{ number, amount, replaces, issuedOn: '2026-03-02' },
});
const account = (link: string) => ({ name: '何越', address: `https://give.example.org/app/#link=${link}` });

const SAMPLES: SamplesOf = {
  'transfer-instructions': (locale) => [
    {
      ...{
        name: NAMES[locale],
        amount: yuan(500_000n),
        reference: 'JZ 123 456 789',
        purpose: PURPOSES[locale],
      },
      account: {
        accountName: '区域公共产品供给基金会',
        bankName: '示范银行青浦支行',
        accountNumber: '3100 0000 0000 0000 001',
      },
      address: `https://give.example.org/${locale}/donations/${DONATION_ID}`,
    },
  ],
  'donation-thanks': (locale) => [
    {
      gift: {
        ...{ name: NAMES[locale], gift: yuan(20_000n), feeCover: yuan(125n), purpose: PURPOSES[locale] },
        ...{ settledOn: '2026-03-01', donationId: DONATION_ID },
        dedication: locale === 'zh' ? '外婆李秀英' : 'my grandmother Li Xiuying',
      },
      receipt: receiptOf('2026-000123', yuan(20_125n)),
      address: givingAddress(locale),
    },
    {
      gift: {
        ...{ name: null, gift: yuan(5_000n), feeCover: null, dedication: null },
        purpose: locale === 'zh' ? '整个区域' : 'the whole region',
        ...{ settledOn: '2026-03-01', donationId: DONATION_ID },
      },
      receipt: receiptOf('2026-000124', yuan(5_000n)),
      address: givingAddress(locale),
    },
  ],
  'receipt-corrected': (locale) => [
    {
      name: NAMES[locale],
      receipt: receiptOf('2026-000130', yuan(12_000n), '2026-000123'),
      address: givingAddress(locale),
    },
    {
      name: NAMES[locale],
      receipt: receiptOf('2026-000131', yuan(0n), '2026-000130'),
      address: givingAddress(locale),
    },
  ],
  'receipt-again': (locale) => [
    {
      name: NAMES[locale],
      receipt: receiptOf('2026-000123', yuan(20_125n)),
      address: givingAddress(locale),
    },
  ],
  'yearly-statement': (locale) => [{ name: NAMES[locale], year: '2026', address: givingAddress(locale) }],
  'giving-link': (locale) => [{ address: givingAddress(locale) }],
  'monthly-declined': (locale) => [
    { name: NAMES[locale], amount: yuan(10_000n), address: givingAddress(locale) },
  ],
  'monthly-ended': (locale) => [
    { name: NAMES[locale], amount: yuan(10_000n), address: givingAddress(locale) },
  ],
  invitation: () => [account('sample-invitation')],
  'password-reset': () => [account('sample-password')],
  'ledger-alarm': () =>
    [1, 12].map((breachCount) => ({
      ...{ name: '李真', day: '2026-03-02', breachCount },
      first: 'the sealed sequence has no gap and no change: entry payout:po_1 (118) is not what was sealed',
      address: 'https://give.example.org/app/ledger/checks',
    })) as [LetterFacts['ledger-alarm'], LetterFacts['ledger-alarm']],
};

export interface SampleLetter {
  readonly letter: LetterName;
  readonly locale: Locale;
  /** Both languages in this one letter. */
  readonly together: boolean;
  /** From 1: letters that say different things of different facts have several. */
  readonly number: number;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

function samplesOf(letter: LetterName, rehearsal: boolean): SampleLetter[] {
  const sample = (locale: Locale, together: boolean) => {
    const before = together ? SAMPLES[letter](locale).length : 0;
    return SAMPLES[letter](locale).map((facts, index) => {
      const frame = { locale, regionName: REGION[locale], rehearsal, inBoth: together };
      const composed = composeLetter(letter, facts, frame);
      const mail = mailOf({ ...composed, messageId: `sample-${letter}`, to: SAMPLE_ADDRESS, locale });
      const { subject, text, html } = mail;
      return { letter, locale, together, number: before + index + 1, subject, text, html };
    });
  };
  const inBoth = LETTER_BOOK[letter].mayBeInBoth ? sample('zh', true) : [];
  return [...sample('zh', false), ...sample('en', false), ...inBoth];
}

/** @param rehearsal with the sentence that no real money moved, as letters have it beside the payment sandbox */
export function sampleLetters(rehearsal: boolean): SampleLetter[] {
  return LETTER_NAMES.flatMap((letter) => samplesOf(letter, rehearsal));
}
