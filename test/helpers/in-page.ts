import { buildSync } from 'esbuild'
import type { Page } from 'playwright-core'

/** Bundles a module of the tests and makes its exports a global variable of the page, which loads no script itself. */
export async function loadInPage(page: Page, file: string, name: string): Promise<void> {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    format: 'iife',
    globalName: name,
    platform: 'browser',
    target: 'chrome130',
    write: false,
    logLevel: 'warning',
  })
  const session = await page.context().newCDPSession(page)
  // Not a string for the page to evaluate, which its policy would refuse.
  const { exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: `${outputFiles[0]?.text ?? ''}\nglobalThis.${name} = ${name}; undefined`,
  })
  await session.detach()
  if (exceptionDetails) throw new Error(`${file} cannot be loaded in the page: ${exceptionDetails.text}`)
}
