import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { settingsOfTests } from './testing/settings-of-tests.mjs'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [vue()],
  test: {
    include: [
      '{electron,main,db,native,renderer,build}/**/*.spec.ts',
      'test/{cli,distributed,parity,hostile,migrations}/**/*.spec.ts',
      'test/crash/{training,import}.spec.ts',
    ],
    exclude: ['**/node_modules/**', 'native/target/**', 'test/distributed/long/**'],
    env: settingsOfTests,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
