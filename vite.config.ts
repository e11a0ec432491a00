import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { helpPages } from './build/help-page.mjs'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Lists the files that are in the pages, so that a package of the app can name what it contains of others. */
const listsModules = (): Plugin => ({
  name: 'lists-modules',
  apply: 'build',
  buildEnd() {
    writeFileSync(here('dist/renderer-modules.json'), JSON.stringify([...this.getModuleIds()]))
  },
})

export default defineConfig({
  root: here('renderer'),
  base: './',
  plugins: [
    // Hoisted static HTML would carry style attributes past the content security policy.
    listsModules(),
    vue({ template: { compilerOptions: { hoistStatic: false } } }),
    helpPages(),
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
