/** The words of the site: the same keys in both languages, each of them used, and none written in the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { catalogues } from '../../client/locales/catalogues.ts';

const CLIENT = fileURLToPath(new URL('../../client/', import.meta.url));

function flatten(tree: object, prefix: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree) as [string, string | object][]) {
    if (typeof value === 'string') texts.set(prefix + key, value);
    else for (const [path, text] of flatten(value, `${prefix}${key}.`)) texts.set(path, text);
  }
  return texts;
}

function textsOf(locale: keyof typeof catalogues): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [namespace, tree] of Object.entries(catalogues[locale])) {
    for (const [path, text] of flatten(tree, `${namespace}:`)) texts.set(path, text);
  }
  return texts;
}

const withoutPlural = (key: string) => key.replace(/_(one|other)$/, '');
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}|<(\w+)>/g)].map(([mark]) => mark).sort();

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'locales' ? [] : sourceFiles(path);
    return /\.tsx?$/.test(entry.name) && !/\.(test|d)\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

interface Words {
  readonly keys: Set<string>;
  readonly keyPatterns: RegExp[];
  readonly hardCoded: string[];
}

const SPOKEN_ATTRIBUTES = new Set([
  'aria-label',
  'title',
  'alt',
  'placeholder',
  'label',
  'hint',
  'caption',
  'heading',
]);

function readWords(): Words {
  const words: Words = { keys: new Set(), keyPatterns: [], hardCoded: [] };
  for (const path of sourceFiles(CLIENT)) {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    const complain = (node: ts.Node, text: string) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      words.hardCoded.push(`${path.slice(CLIENT.length)}:${line + 1} ${text.trim()}`);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node)) {
        if (/^\w+:\w/.test(node.text)) words.keys.add(node.text);
        const isExample = path.endsWith('component-examples.ts');
        if (/\p{Script=Han}/u.test(node.text) && !isExample && !/^[亿万元]+$/.test(node.text))
          complain(node, node.text);
      }
      if (ts.isTemplateExpression(node) && /^\w+:/.test(node.head.text)) {
        const parts = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)];
        const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
        words.keyPatterns.push(new RegExp(`^${escaped.join('[\\w -]+')}$`));
      }
      if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) complain(node, node.text);
      if (
        ts.isJsxAttribute(node) &&
        SPOKEN_ATTRIBUTES.has(node.name.getText()) &&
        node.initializer !== undefined &&
        ts.isStringLiteral(node.initializer) &&
        /\p{L}/u.test(node.initializer.text)
      ) {
        complain(node, node.getText());
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return words;
}

describe('the catalogues', () => {
  const chinese = textsOf('zh-CN');
  const english = textsOf('en');

  it('hold the same keys in both languages', () => {
    const keys = (texts: Map<string, string>) => [...new Set([...texts.keys()].map(withoutPlural))].sort();
    expect(keys(english)).toEqual(keys(chinese));
  });

  it('have both plural forms in English', () => {
    const ones = [...english.keys()].filter((key) => key.endsWith('_one')).map(withoutPlural);
    const others = [...english.keys()].filter((key) => key.endsWith('_other')).map(withoutPlural);
    expect(ones).toEqual(others);
  });

  it('have a word for everything that a refusal is about', () => {
    const server = fileURLToPath(new URL('../../server/', import.meta.url));
    const about = /(?:new (?:NotFound|WrongState|IdAlreadyUsed)\(|^ {2}(?:\.\.\.\{ )?name: )'([^']+)'/gm;
    const concepts = ['domain', 'services', 'http'].flatMap((folder) =>
      sourceFiles(join(server, folder)).flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(about)].flatMap(([, concept]) => concept ?? []),
      ),
    );
    expect(concepts.length).toBeGreaterThan(50);
    for (const { refusal } of Object.values(catalogues))
      expect([...new Set(concepts)].filter((concept) => !(concept in refusal.word))).toEqual([]);
  });

  it('fill the same placeholders in both languages, and leave no text empty', () => {
    for (const [key, text] of english) {
      const other = chinese.get(key) ?? chinese.get(`${withoutPlural(key)}_other`) ?? '';
      expect(placeholders(text), key).toEqual(placeholders(other));
      expect(text, key).not.toBe('');
      expect(other, key).not.toBe('');
    }
  });

  const words = readWords();

  it('hold no text that nothing shows', () => {
    const isUsed = (key: string) =>
      words.keys.has(key) || words.keyPatterns.some((pattern) => pattern.test(key));
    expect([...new Set([...chinese.keys()].map(withoutPlural))].filter((key) => !isUsed(key))).toEqual([]);
  });

  it('hold every word that a reader sees', () => {
    expect(words.hardCoded).toEqual([]);
  });
});
