import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('renderer'),
  base: './',
  plugins: [
    // Hoisted static HTML would carry style attributes past the content security policy.
    vue({ template: { compilerOptions: { hoistStatic: false } } }),
  ],
  build: {
    outDir: here('dist/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    modulePreload: { polyfill: false },
    // Everything is read from the local disk, and data: URLs are for images only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
})
