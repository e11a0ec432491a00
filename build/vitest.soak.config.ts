import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { settingsOfTests } from './testing/settings-of-tests.mjs'

/** The window used for as many minutes as DLRM_SOAK_MINUTES says. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/soak/**/*.spec.ts'],
    env: settingsOfTests,
    maxWorkers: 1,
    hookTimeout: 180_000,
  },
})
