/** The printer on the real compiler and the real font. */
import { describe, expect, it } from 'vitest';
import { createPdfPrinter, type PrintedDocument } from './pdf.ts';

const receipt: PrintedDocument = {
  lang: 'zh',
  title: '捐赠收据',
  subtitle: '编号 2026-000123',
  facts: [
    ['捐赠人', '#strong[王芳] "\\ ${x} 嘉善水乡科技有限公司'],
    ['金额（大写）', '贰佰元整'],
  ],
  table: { head: ['到账日期', '金额'], rows: [['2026-03-01', '¥200.00']], amounts: [1] },
  remarks: ['本收据由系统生成。'],
  issuer: '长三角生态绿色一体化发展示范区公共产品供给基金会',
  watermark: '演示 非真实资金',
};

describe('a printed document', () => {
  it('is a small PDF with its font inside, and what a person wrote stays text', async () => {
    const printer = createPdfPrinter();
    const [first, again] = await Promise.all([printer.print(receipt), printer.print(receipt)]);
    const text = Buffer.from(first).toString('latin1');
    expect(text.startsWith('%PDF-')).toBe(true);
    expect(text).toContain('NotoSansSC');
    expect(first.length).toBeLessThan(60_000);
    expect(again.length).toBe(first.length);
  }, 60_000);

  it('prints again after the compiler was let go', async () => {
    const printer = createPdfPrinter({ restAfterMs: 1 });
    const lengths: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      lengths.push((await printer.print(receipt)).length);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(Math.min(...lengths)).toBeGreaterThan(1_000);
  }, 60_000);
});
