import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { settingsOfTests } from './testing/settings-of-tests.mjs'

/** 500 flipped bits over every file of a workspace, and every length of its files; the unit tests have a few of them. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/hostile/{flipped-bits,truncation}.spec.ts'],
    env: {
      ...settingsOfTests,
      DLRM_FLIPS: process.env.DLRM_FLIPS ?? '500',
      DLRM_TRUNCATION_STRIDE: process.env.DLRM_TRUNCATION_STRIDE ?? '1',
    },
    testTimeout: 30 * 60_000,
    hookTimeout: 120_000,
  },
})
