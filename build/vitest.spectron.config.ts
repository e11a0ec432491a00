import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { settingsOfTests } from './testing/settings-of-tests.mjs'

/** Tests that drive the app with Spectron, each on what the one before has left. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/spectron/**/*.spec.ts'],
    exclude: ['**/node_modules/**'],
    maxWorkers: 1,
    fileParallelism: false,
    bail: 1,
    env: settingsOfTests,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
})
