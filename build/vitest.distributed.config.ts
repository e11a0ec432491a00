import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { settingsOfTests } from './testing/settings-of-tests.mjs'

/** Tests that start many MPI jobs. Each has several processes, so the files are run one after the other. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/distributed/long/**/*.spec.ts'],
    exclude: ['**/node_modules/**'],
    env: settingsOfTests,
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60 * 60_000,
    hookTimeout: 10 * 60_000,
  },
})
