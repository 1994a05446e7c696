import eslint from '@eslint/js';
import angular from 'angular-eslint';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { boundaries } from './server/build/boundaries.mjs';

export default tseslint.config(
  {
    ignores: ['dist/', 'node_modules/', 'coverage/', 'client/app/api/', '.angular/', 'test/bench/'],
  },
  {
    files: ['**/*.ts'],
    extends: [
      eslint.configs.recommended,
      ...tseslint.configs.strictTypeChecked,
      ...tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: {
      parserOptions: {
        project: [
          'server/tsconfig.json',
          'server/ingestion/wasm/tsconfig.json',
          'test/tsconfig.json',
          'client/tsconfig.json',
          'client/tsconfig.spec.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only server/config reads the environment.' },
      ],
      // DTO classes describe answers, which are plain objects.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An engine may answer at once; its contract is asynchronous all the same.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['server/config/*.ts', 'test/**/*.ts'], rules: { 'no-restricted-properties': 'off' } },

  {
    // AssemblyScript. Its numbers have several types, which TypeScript takes for one.
    files: ['server/ingestion/**/wasm/*.ts'],
    rules: {
      'no-loss-of-precision': 'off',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'angle-bracket' }],
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      // Only a method may have the decorator that makes the compiler inline it.
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },

  {
    files: ['server/**/*.ts', 'client/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.module.ts'],
    plugins: { boundaries },
    rules: { 'boundaries/rooms': 'error' },
  },

  {
    files: ['client/**/*.ts'],
    extends: [...angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
    rules: {
      '@angular-eslint/prefer-on-push-component-change-detection': 'error',
      '@angular-eslint/component-class-suffix': 'off',
      // Angular's decorated classes may hold nothing.
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
    },
  },
  {
    files: ['client/app/**/*.html'],
    extends: [...angular.configs.templateRecommended, ...angular.configs.templateAccessibility],
    rules: {
      // Every text is there in every language; a test looks after attributes.
      '@angular-eslint/template/i18n': [
        'error',
        {
          checkId: false,
          checkAttributes: false,
          boundTextAllowedPattern: '.*',
          ignoreTags: ['code', 'kbd', 'option', 'noscript'],
        },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [eslint.configs.recommended],
    languageOptions: {
      globals: {
        process: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  prettier,
);
