import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The update of an installed app, from a server of this machine. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/update/**/*.spec.ts'],
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
