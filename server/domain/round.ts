/**
 * Round (轮次): one cycle of proposals and allocation, with its sectors, localities, need targets and calendar. Its
 * rules are in `round-rules.ts`.
 */
import type { InputFault } from './errors.ts';
import type { LocalizedText } from './localized-text.ts';
import type { Minor } from './money.ts';
import type { Region } from './region.ts';
import { codesOf } from './region.ts';
import type { RoundRules } from './round-rules.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

/** Published target for a sector in a locality. */
export interface NeedTarget {
  readonly sector: string;
  readonly locality: string;
  readonly targetMinor: Minor;
  /** Where the figure comes from, shown to everyone. */
  readonly source: string;
}

export type RoundStatus = 'open' | 'allocated';

export interface Round {
  readonly _id: string;
  /** Short public name in addresses: `2026-1`. */
  readonly code: string;
  readonly title: LocalizedText;
  /** The batch of the public-service list that it belongs to. */
  readonly batch: string;
  readonly sectors: readonly string[];
  readonly localities: readonly string[];
  readonly needs: readonly NeedTarget[];
  /** Every version of the rules, the first one first; never empty, and a version never changes. */
  readonly rules: readonly RoundRules[];
  readonly opensOn: CalendarDate;
  /** The last day on which a pledge counts; conditional ones are settled after it. */
  readonly pledgesUntil: CalendarDate;
  /** The last day for proposals. */
  readonly proposalsUntil: CalendarDate;
  readonly closesOn: CalendarDate;
  readonly status: RoundStatus;
  readonly openedAt: Date;
}

type Calendar = Pick<Round, 'opensOn' | 'pledgesUntil' | 'proposalsUntil' | 'closesOn'>;

type RoundTerms = Pick<Round, 'code' | 'title' | 'sectors' | 'localities' | 'needs'> & Calendar;

function faultsOfCodes(
  codes: readonly string[],
  known: ReadonlySet<string>,
  path: string,
  what: string,
): InputFault[] {
  if (codes.length === 0) {
    return [{ path, reason: 'empty-list', message: `Name at least one ${what}.` }];
  }
  return codes.flatMap((code, index) =>
    known.has(code)
      ? []
      : [
          {
            path: `${path}[${index}]`,
            reason: `unknown-${what}`,
            message: `There is no ${what} "${code}" in this region. Choose one from the list.`,
          },
        ],
  );
}

function faultsOfNeeds(terms: RoundTerms): InputFault[] {
  const cells = new Set<string>();
  return terms.needs.flatMap(({ sector, locality, targetMinor, source }, index) => {
    const path = `needs[${index}]`;
    const faults: InputFault[] = [];
    if (!terms.sectors.includes(sector) || !terms.localities.includes(locality)) {
      faults.push({
        path,
        reason: 'outside-round',
        message: `The need for ${sector} in ${locality} lies outside this round.`,
      });
    }
    if (targetMinor <= 0n) {
      faults.push({
        path: `${path}.targetMinor`,
        reason: 'not-positive',
        message: 'A need target is above zero.',
      });
    }
    if (source.trim() === '') {
      faults.push({
        path: `${path}.source`,
        reason: 'no-source',
        message: 'Say where the figure of this need comes from: everybody may ask.',
      });
    }
    const cell = `${sector}@${locality}`;
    if (cells.has(cell)) {
      faults.push({
        path,
        reason: 'repeated',
        message: `The need for ${sector} in ${locality} is given twice.`,
      });
    }
    cells.add(cell);
    return faults;
  });
}

/** What is wrong with the terms of a round that staff want to open. */
export function faultsOfRound(terms: RoundTerms, region: Region): InputFault[] {
  const faults = [
    ...faultsOfCodes(terms.sectors, codesOf(region.sectors), 'sectors', 'sector'),
    ...faultsOfCodes(terms.localities, codesOf(region.localities), 'localities', 'locality'),
    ...faultsOfNeeds(terms),
  ];
  if (!/^[a-z0-9][a-z0-9-]{1,30}$/.test(terms.code)) {
    faults.push({
      path: 'code',
      reason: 'malformed',
      message: 'The code has 2 to 31 letters a–z, digits and hyphens.',
    });
  }
  if (terms.title.zh.trim() === '' || terms.title.en.trim() === '') {
    faults.push({ path: 'title', reason: 'empty', message: 'Give the title in Chinese and in English.' });
  }
  return [...faults, ...faultsOfCalendar(terms)];
}

function faultsOfCalendar(terms: Calendar): InputFault[] {
  const faults: InputFault[] = [];
  for (const path of ['opensOn', 'pledgesUntil', 'proposalsUntil', 'closesOn'] as const) {
    if (!isCalendarDate(terms[path])) {
      faults.push({ path, reason: 'not-a-date', message: 'Write the date as YYYY-MM-DD.' });
    }
  }
  if (terms.closesOn < terms.opensOn) {
    faults.push({ path: 'closesOn', reason: 'before-opening', message: 'The round closes before it opens.' });
  }
  for (const path of ['pledgesUntil', 'proposalsUntil'] as const) {
    if (terms[path] < terms.opensOn || terms[path] > terms.closesOn) {
      faults.push({
        path,
        reason: 'outside-calendar',
        message: 'This day lies outside the round: choose one from its opening to its closing.',
      });
    }
  }
  return faults;
}
