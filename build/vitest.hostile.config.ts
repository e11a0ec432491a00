import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** 10,000 hostile messages to every request, and every spelling of a path in every field; the window's tests have a few. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/e2e/hostile-page.spec.ts'],
    env: {
      DLRM_HOSTILE_MESSAGES: process.env.DLRM_HOSTILE_MESSAGES ?? '10000',
      DLRM_HOSTILE_SPELLINGS: process.env.DLRM_HOSTILE_SPELLINGS ?? '1000',
    },
    testTimeout: 3 * 60 * 60_000,
    hookTimeout: 120_000,
  },
})
