import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { settingsOfTests } from './testing/settings-of-tests.mjs'

/** Disks that become full at many moments, or are removed. They are mounted, which needs Linux and root. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/disk/**/*.spec.ts'],
    env: { ...settingsOfTests, DLRM_DISK_POINTS: process.env.DLRM_DISK_POINTS ?? '210' },
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 30 * 60_000,
    hookTimeout: 120_000,
  },
})
