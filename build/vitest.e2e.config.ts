import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { settingsOfTests } from './testing/settings-of-tests.mjs'

/** Tests that drive the real window, one after the other. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/e2e/**/*.spec.ts'],
    exclude: ['**/node_modules/**'],
    env: settingsOfTests,
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
