import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** 500 flipped bits over every file of a workspace; the unit tests have a few of them. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/hostile/flipped-bits.spec.ts'],
    env: { DLRM_FLIPS: process.env.DLRM_FLIPS ?? '500' },
    testTimeout: 30 * 60_000,
    hookTimeout: 120_000,
  },
})
