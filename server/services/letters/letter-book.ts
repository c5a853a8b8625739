/**
 * Every letter that the platform sends, composed of facts: the jobs send from here, `/dev/mail` shows from here, and
 * there is no other way to the mail server.
 */
import type { ReceivingAccount } from '../../domain/donation.ts';
import type { Locale } from '../../domain/localized-text.ts';
import type { LetterPart } from './letter-mail.ts';
import {
  ACCOUNT_LETTER_WORDS,
  LEDGER_ALARM_WORDS,
  LETTER_WORDS,
  type AccountLetterWords,
  type GiftWords,
  type LetterWords,
  type ReceiptWords,
} from './letter-words.ts';

interface Named {
  /** Null: greeted without a name. */
  readonly name: string | null;
}

interface AccountFacts {
  readonly name: string;
  readonly address: string;
}

/** What each letter must be told; amounts, days and references as they are read. */
export interface LetterFacts {
  readonly 'transfer-instructions': Named & {
    readonly amount: string;
    readonly account: ReceivingAccount;
    readonly reference: string;
    readonly purpose: string;
    readonly address: string;
  };
  readonly 'donation-thanks': {
    readonly gift: GiftWords;
    readonly receipt: ReceiptWords;
    readonly address: string;
  };
  readonly 'receipt-corrected': Named & { readonly receipt: ReceiptWords; readonly address: string };
  readonly 'receipt-again': Named & { readonly receipt: ReceiptWords; readonly address: string };
  readonly 'yearly-statement': Named & { readonly year: string; readonly address: string };
  readonly 'giving-link': { readonly address: string };
  readonly 'monthly-declined': Named & { readonly amount: string; readonly address: string };
  readonly 'monthly-ended': Named & { readonly amount: string; readonly address: string };
  readonly invitation: AccountFacts;
  readonly 'password-reset': AccountFacts;
  readonly 'ledger-alarm': AccountFacts & {
    /** On which the check was made. */
    readonly day: string;
    readonly breachCount: number;
    /** What must hold and the first that does not, as the check itself words it, in English. */
    readonly first: string;
  };
}

export type LetterName = keyof LetterFacts;

/** Where a letter comes from: said under every letter of giving. */
export interface LetterFrame {
  readonly locale: Locale;
  readonly regionName: string;
  /** No real money moves here, and the letter says so. */
  readonly rehearsal: boolean;
  /** Nobody knows which language its reader reads. */
  readonly inBoth?: boolean;
}

export interface ComposedLetter {
  readonly subject: string;
  readonly parts: readonly LetterPart[];
}

interface LetterTemplate<Facts> {
  /** It may have both languages in one, where nobody has said which is read. */
  readonly mayBeInBoth: boolean;
  readonly compose: (facts: Facts, frame: LetterFrame) => ComposedLetter;
}

/** A letter of giving: greeting first; what is said of money that is not real, and the signature, last. */
function toDonor<Facts>(
  write: (facts: Facts, words: LetterWords) => ComposedLetter & Named,
): LetterTemplate<Facts> {
  return {
    mayBeInBoth: false,
    compose(facts, { locale, regionName, rehearsal }) {
      const words = LETTER_WORDS[locale];
      const { name, subject, parts } = write(facts, words);
      return {
        subject,
        parts: [
          words.greeting(name),
          ...parts,
          ...(rehearsal ? [words.rehearsal] : []),
          words.signature(regionName),
        ],
      };
    },
  };
}

/** A letter to somebody with an account, in one language or in both: what it says, then where to go. */
const toAccount = <Facts extends AccountFacts>(
  write: (facts: Facts) => AccountLetterWords,
): LetterTemplate<Facts> => ({
  mayBeInBoth: true,
  compose(facts, { locale, regionName, inBoth = false }) {
    const { greeting } = ACCOUNT_LETTER_WORDS;
    const { subject, zh, en, label = ACCOUNT_LETTER_WORDS.label } = write(facts);
    const { name, address } = facts;
    const say = ({ zh: chinese, en: english }: { readonly zh: string; readonly en: string }): string =>
      inBoth ? `${chinese} · ${english}` : { zh: chinese, en: english }[locale];
    return {
      subject: say(subject),
      parts: [
        greeting[locale](name),
        ...(inBoth ? [zh, en] : [{ zh, en }[locale]]),
        { address, label: say(label) },
        LETTER_WORDS[locale].signature(regionName),
      ],
    };
  },
});

export const LETTER_BOOK: { readonly [Name in LetterName]: LetterTemplate<LetterFacts[Name]> } = {
  'transfer-instructions': toDonor(({ name, amount, account, reference, purpose, address }, words) => ({
    name,
    subject: words.transferSubject(reference),
    parts: [
      words.transfer(amount),
      words.transferAccount(account),
      words.transferReference(reference),
      words.purpose({ purpose }),
      words.transferLater,
      { address, label: words.transferLabel },
    ],
  })),
  'donation-thanks': toDonor(({ gift, receipt, address }, words) => ({
    name: gift.name,
    subject: words.thanksSubject(gift),
    parts: [
      words.received(gift),
      words.purpose(gift),
      ...(gift.dedication === null ? [] : [words.dedicated(gift.dedication)]),
      words.receiptAttached(receipt),
      { address, label: words.follow },
      words.reference(gift),
    ],
  })),
  'receipt-corrected': toDonor(({ name, receipt, address }, words) => ({
    name,
    subject: words.correctedSubject(receipt),
    parts: [words.corrected(receipt), { address, label: words.follow }],
  })),
  'receipt-again': toDonor(({ name, receipt, address }, words) => ({
    name,
    subject: words.againSubject(receipt),
    parts: [words.again(receipt), { address, label: words.follow }],
  })),
  'yearly-statement': toDonor(({ name, year, address }, words) => ({
    name,
    subject: words.statementSubject(year),
    parts: [words.statement(year), { address, label: words.follow }],
  })),
  'giving-link': toDonor(({ address }, words) => ({
    name: null,
    subject: words.linkSubject,
    parts: [words.linkOpens, { address, label: words.linkLabel }, words.linkKeep],
  })),
  'monthly-declined': toDonor(({ name, amount, address }, words) => ({
    name,
    subject: words.declinedSubject,
    parts: [words.declined(amount), words.declinedWhatNow, { address, label: words.declinedLabel }],
  })),
  'monthly-ended': toDonor(({ name, amount, address }, words) => ({
    name,
    subject: words.endedSubject,
    parts: [words.ended(amount), { address, label: words.follow }],
  })),
  invitation: toAccount(() => ACCOUNT_LETTER_WORDS.invitation),
  'password-reset': toAccount(() => ACCOUNT_LETTER_WORDS['password-reset']),
  'ledger-alarm': toAccount<LetterFacts['ledger-alarm']>(LEDGER_ALARM_WORDS),
};

/** Every letter, in the order of the book. */
export const LETTER_NAMES = Object.keys(LETTER_BOOK) as LetterName[];

export function composeLetter<Name extends LetterName>(
  name: Name,
  facts: LetterFacts[Name],
  frame: LetterFrame,
): ComposedLetter {
  return LETTER_BOOK[name].compose(facts, frame);
}
