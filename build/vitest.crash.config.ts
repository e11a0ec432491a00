import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { settingsOfTests } from './testing/settings-of-tests.mjs'

/** Tests that kill processes at random moments, one after the other. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/crash/**/*.spec.ts'],
    exclude: ['**/node_modules/**'],
    env: { ...settingsOfTests, DLRM_CRASH_KILLS: process.env.DLRM_CRASH_KILLS ?? '24' },
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 30 * 60_000,
    hookTimeout: 120_000,
  },
})
