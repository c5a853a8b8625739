import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBankAmount, readBankDate, readStatement, StatementColumnsMissing } from './bank-statement.ts';
import { toMajorText } from './money.ts';

/** As a large bank of the mainland exports it: the account above the table, a sum at its foot. */
const WITH_TWO_AMOUNT_COLUMNS = [
  ['账号：', '3304 0011 0000 1234', '', '', '', '', ''],
  ['交易日期', '借方发生额', '贷方发生额(元)', '对方户名', '对方账号', '附言', '交易流水号'],
  ['20260302', '', '1,200,000.00', '嘉善县财政局', '="330400220001"', 'RJ-2026-018 首期', "'00871"],
  ['20260303', '35.00', '', '', '', '手续费', '00872'],
  ['合计', '35.00', '1,200,000.00', '', '', '', ''],
];

describe('a bank statement', () => {
  it('is read by the usual headings, without what stands above and below the table', () => {
    const { lines, faults } = readStatement(WITH_TWO_AMOUNT_COLUMNS, null);
    expect(faults).toEqual([]);
    expect(lines).toEqual([
      {
        serial: '00871',
        bookedOn: '2026-03-02',
        amountMinor: 120_000_000n,
        counterpartyName: '嘉善县财政局',
        counterpartyAccount: '330400220001',
        memo: 'RJ-2026-018 首期',
      },
      {
        serial: '00872',
        bookedOn: '2026-03-03',
        amountMinor: -3_500n,
        counterpartyName: null,
        counterpartyAccount: null,
        memo: '手续费',
      },
    ]);
  });

  it('has one amount with a sign, or one column in and one out, with or without a minus', () => {
    const amountsOf = (rows: string[][]) => readStatement(rows, null).lines.map((line) => line.amountMinor);
    expect(
      amountsOf([
        ['日期', '金额', '流水号'],
        ['2026-3-2', '-12.5', 'a'],
        ['2026-3-2', '+12.50', 'b'],
      ]),
    ).toEqual([-1_250n, 1_250n]);
    expect(
      amountsOf([
        ['日期', '收入', '支出', '流水号'],
        ['2026-3-2', '0.00', '-12.50', 'a'],
        ['2026-3-2', '3', '0.00', 'b'],
      ]),
    ).toEqual([-1_250n, 300n]);
  });

  it('asks for the columns that it does not find, and takes those that are named', () => {
    const rows = [
      ['When', 'How much', 'No.'],
      ['2026-03-02', '10', 'x1'],
    ];
    expect(() => readStatement(rows, null)).toThrow(StatementColumnsMissing);
    try {
      readStatement(rows, null);
    } catch (error) {
      expect(error).toMatchObject({
        data: { missing: ['bookedOn', 'serial', 'amount'], headings: ['When', 'How much', 'No.'] },
      });
    }
    const { lines } = readStatement(rows, { bookedOn: 'When', amount: 'How much', serial: 'No.' });
    expect(lines).toMatchObject([{ serial: 'x1', amountMinor: 1_000n }]);
  });

  it('names every line that it cannot read, and reads a line that stands there twice once', () => {
    const { lines, faults } = readStatement(
      [
        ['日期', '金额', '流水号'],
        ['2026-02-30', '1', 'a'],
        ['2026-02-03', '1.234', 'b'],
        ['2026-02-03', '0', 'c'],
        ['2026-02-03', '1', ''],
        ['2026-02-03', '1', 'd'],
        ['2026-02-03', '1', 'd'],
        ['2026-02-03', '2', 'd'],
      ],
      null,
    );
    expect(lines).toHaveLength(1);
    expect(faults.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      'line[2].bookedOn not-a-date',
      'line[3].amount not-an-amount',
      'line[4].amount not-an-amount',
      'line[5].serial serial-missing',
      'line[8].serial serial-twice',
    ]);
  });

  it('takes a day in every way that banks write it', () => {
    for (const text of [
      '20260302',
      '2026-03-02',
      '2026/3/2',
      '2026年3月2日',
      '2026-03-02 10:22:33',
      '20260302102233',
    ])
      expect(readBankDate(text), text).toBe('2026-03-02');
    for (const text of ['', '2026', '2026-13-01', '20260230', 'yesterday'])
      expect(readBankDate(text)).toBeNull();
  });

  it('reads back every amount that can be written, to the fen', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 14n), 10n ** 14n), (amount) => {
        expect(readBankAmount(toMajorText(amount, 'CNY'))).toBe(amount);
      }),
    );
    for (const text of ['100', '100.0', '100.00', '100.0000', '+1,00', '¥ 100'])
      expect(readBankAmount(text), text).toBe(10_000n);
    for (const text of ['1.234', 'abc', '1.2.3', '--1', '１２'])
      expect(readBankAmount(text), text).toBeNull();
  });
});
