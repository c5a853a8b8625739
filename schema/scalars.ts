/** Scalars, money and localized text: the values that every other concept is made of. */
import { GraphQLError } from 'graphql';
import type { LocalizedText } from '../server/domain/localized-text.ts';
import { formatMoney, minor, parseMinor, type Currency, type Minor } from '../server/domain/money.ts';
import { isCalendarDate } from '../server/domain/time.ts';
import { DomainError } from '../server/domain/errors.ts';
import { builder } from './builder.ts';

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'INVALID_INPUT' } });
}

builder.scalarType('Date', {
  description: 'A calendar date of the region, `YYYY-MM-DD`.',
  serialize: (value) => value,
  parseValue: (value) =>
    typeof value === 'string' && isCalendarDate(value)
      ? value
      : refuse(`Write a date as YYYY-MM-DD, not ${JSON.stringify(value)}.`),
});

builder.scalarType('DateTime', {
  description: 'An instant, ISO 8601 in UTC.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const instant = typeof value === 'string' ? new Date(value) : new Date(Number.NaN);
    return Number.isNaN(instant.getTime()) ? refuse('Write an instant in ISO 8601.') : instant;
  },
});

builder.scalarType('MinorUnits', {
  description: 'Whole minor units (fen) as a string of digits: "1250" is ¥12.50.',
  serialize: (value) => String(value),
  parseValue: (value) => {
    if (typeof value !== 'string')
      return refuse('Write an amount as a string of whole fen, for example "1250" for ¥12.50.');
    try {
      return parseMinor(value);
    } catch (error) {
      if (error instanceof DomainError) return refuse(error.message);
      throw error;
    }
  },
});

/** An optional amount of an input: null where it was left out. */
export const minorOrNull = (amount: bigint | null | undefined): Minor | null =>
  amount === null || amount === undefined ? null : minor(amount);

export interface MoneyParent {
  readonly amountMinor: bigint;
  readonly currency: Currency;
}

export const MoneyType = builder.objectRef<MoneyParent>('Money').implement({
  readers: 'everyone',
  description: 'An exact amount.',
  fields: (t) => ({
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
    currency: t.exposeString('currency', { description: 'ISO 4217 code.' }),
    formatted: t.string({
      description: 'For people: `¥1,234.50`.',
      resolve: ({ amountMinor, currency }) => formatMoney(amountMinor, currency),
    }),
  }),
});

export const LocalizedTextType = builder.objectRef<LocalizedText>('LocalizedText').implement({
  readers: 'everyone',
  description: 'Words in both languages.',
  fields: (t) => ({ zh: t.exposeString('zh'), en: t.exposeString('en') }),
});

export const LocalizedTextInput = builder.inputType('LocalizedTextInput', {
  fields: (t) => ({ zh: t.string({ required: true }), en: t.string({ required: true }) }),
});

export const LocaleType = builder.enumType('Locale', {
  values: { ZH: { value: 'zh' }, EN: { value: 'en' } } as const,
});
