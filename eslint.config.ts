import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Amounts are whole minor units in `bigint`; a float there is a defect, so the usual ways to one are refused. */
const noFloatMoney = [
  {
    selector: "CallExpression[callee.name='parseFloat']",
    message: 'Parse amounts with parseMajor or parseMinor of server/domain/money.ts.',
  },
  {
    selector: "CallExpression[callee.property.name='toFixed']",
    message: 'Format amounts with formatMoney of server/domain/money.ts; round figures with a named rule.',
  },
];

export default defineConfig(
  {
    ignores: [
      'dist',
      'data',
      'coverage',
      '.artifacts',
      'node_modules',
      '.dependency-cruiser.cjs',
      '**/*.d.ts',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './client/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Mongoose describes schema options as a class; every schema is a literal.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': ['error', ...noFloatMoney],
      eqeqeq: ['error', 'always'],
      'max-lines': ['warn', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['test/**', '**/*.test.ts', '**/*.test.tsx'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': 'off',
      'max-lines': 'off',
    },
  },
);
