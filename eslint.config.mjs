import eslint from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import typescript from 'typescript-eslint'

const noRawIpc = {
  name: 'electron',
  importNames: ['ipcMain', 'ipcRenderer'],
  message: 'All messages go through electron/ipc.ts and electron/preload.ts.',
}

const noSpreadLists = {
  selector:
    'CallExpression[callee.property.name=/^(push|unshift|splice|concat|max|min|fromCharCode|fromCodePoint)$/] > SpreadElement',
  message:
    'Each item becomes an argument, and a long list overflows the stack: use main/model/extremes.ts, or a loop.',
}

const noSpreadLiterals = {
  selector: 'ObjectExpression > SpreadElement > ObjectExpression',
  message:
    'Write the properties themselves: spreading a literal only hides them from the formatter and the compiler.',
}

const noPauses = [
  {
    selector:
      'MemberExpression[property.name="waitForTimeout"], CallExpression[callee.name="setTimeout"][arguments.length>1]',
    message: 'A test waits for a condition: until() of test/helpers, expect.poll, or a locator.',
  },
  {
    selector: 'ImportDeclaration[source.value=/^(node:)?timers.promises$/]',
    message: 'A test waits for a condition: until() of test/helpers, expect.poll, or a locator.',
  },
]

const noClocks = ['performance', 'Date'].map((object) => ({
  object,
  property: 'now',
  message: 'How long something takes depends on the machine: measure it in test/bench.',
}))

export default typescript.config(
  {
    ignores: [
      'dist/',
      'release/',
      'native/target/',
      '.runtime/',
      'test-results/',
      'test/fixtures/',
      '**/*.d.mts',
    ],
  },
  eslint.configs.recommended,
  { files: ['**/*.{mjs,cjs,ts,vue}'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.{ts,vue}'],
    extends: [typescript.configs.recommendedTypeChecked, vue.configs['flat/recommended']],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
        parser: typescript.parser,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      // Rejections that cross a process border are plain data.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      // Objects of functions are written with method syntax throughout; none of them uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      // Refusing control characters in names needs them in a pattern.
      'no-control-regex': 'off',
      // A handler or an interface may be asynchronous without waiting for anything today.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-restricted-imports': ['error', { paths: [noRawIpc] }],
      'no-restricted-syntax': ['error', noSpreadLists, noSpreadLiterals],
      // TypeScript knows better what exists.
      'no-undef': 'off',
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off',
    },
  },
  { files: ['electron/ipc.ts', 'electron/preload.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    // expect.objectContaining(...) is typed as any.
    files: ['**/*.spec.ts', 'test/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // A test knows how long its lists are.
      'no-restricted-syntax': ['error', noSpreadLiterals, ...noPauses],
    },
  },
  {
    // Time is what they measure, or what the moment of an interference is chosen by.
    files: ['test/bench/**', 'test/helpers/{until,moment,loop-delay}.ts'],
    rules: { 'no-restricted-syntax': ['error', noSpreadLiterals] },
  },
  {
    files: ['**/*.spec.ts'],
    ignores: ['test/{crash,disk,e2e,soak}/**', 'test/distributed/long/**'],
    rules: { 'no-restricted-properties': ['error', ...noClocks] },
  },
  prettier,
)
