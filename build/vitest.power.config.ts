import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { settingsOfTests } from './testing/settings-of-tests.mjs'

/** Power that fails at 200 moments of a recording of what a day's work does to the disk. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/power/**/*.spec.ts'],
    env: settingsOfTests,
    maxWorkers: 1,
    testTimeout: 30 * 60_000,
    hookTimeout: 120_000,
  },
})
