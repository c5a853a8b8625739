import { describe, expect, it } from 'vitest';
import { localeOfHeader, readText } from './locale.ts';

describe('the language of a visitor', () => {
  it('is Chinese when the browser says nothing or speaks neither language', () => {
    expect(localeOfHeader(undefined)).toBe('zh-CN');
    expect(localeOfHeader('fr-FR,de;q=0.8')).toBe('zh-CN');
  });

  it('is English only when English is preferred to Chinese', () => {
    expect(localeOfHeader('en-GB,en;q=0.9')).toBe('en');
    expect(localeOfHeader('fr,en;q=0.4,zh;q=0.6')).toBe('zh-CN');
    expect(localeOfHeader('zh;q=0,en;q=0.1')).toBe('en');
  });
});

describe('a text in two languages', () => {
  it('falls back to the language in which it was written', () => {
    expect(readText({ zh: '养老', en: '' }, 'en')).toBe('养老');
    expect(readText({ zh: '养老', en: 'Elderly care' }, 'en')).toBe('Elderly care');
  });
});
