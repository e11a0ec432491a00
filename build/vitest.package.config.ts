import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The package, installed in a minimal Debian: `npm run test:package`. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/package/**/*.spec.ts'],
    exclude: ['**/node_modules/**'],
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
