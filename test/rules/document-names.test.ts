import { describe, expect, it } from 'vitest';
import { fileNameOf } from '../../server/http/document-answers.ts';

const pdf = (title: string) => fileNameOf({ title, mediaType: 'application/pdf' });

describe('the file name of a document', () => {
  it('is what it was called when it was brought', () => {
    expect(pdf('银行余额表 2026.pdf')).toBe('银行余额表 2026.pdf');
    expect(fileNameOf({ title: '回单.JPEG', mediaType: 'image/jpeg' })).toBe('回单.JPEG');
  });

  it('ends as what it is', () => {
    expect(pdf('银行余额表')).toBe('银行余额表.pdf');
    expect(pdf('program.exe')).toBe('program.exe.pdf');
    expect(fileNameOf({ title: '回单', mediaType: 'image/jpeg' })).toBe('回单.jpg');
  });

  it('holds nothing that leads elsewhere or reads backwards', () => {
    expect(pdf('../../etc/passwd')).toBe('.._.._etc_passwd.pdf');
    expect(pdf('a\r\nb"c\u202Efdp.exe')).toBe('a__b_c_fdp.exe.pdf');
    expect(pdf('\ud800.pdf')).toBe('_.pdf');
  });
});
