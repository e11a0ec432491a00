import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { launchApp } from '../helpers/app.ts'
import { openPage } from '../helpers/page-runs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

it('The quick start asks the package index only when its button is clicked, and offers synthetic clicks where it has no MovieLens', async () => {
  const asked: string[] = []
  const index = createServer(({ url }, response) => {
    asked.push(url ?? '')
    response.writeHead(503).end()
  })
  await new Promise<void>((resolve) => index.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void index.close())
  const { port } = index.address() as AddressInfo
  const env = {
    DLRM_STUDIO_PACKAGE_INDEX: `http://127.0.0.1:${port}/simple`,
    DLRM_STUDIO_CACHE: await temporaryFolder(),
  }
  const running = await launchApp({ env })
  onTestFinished(() => running.close())
  const byId = (id: string) => running.window.getByTestId(id)

  await byId('quick-start-button').filter({ hasText: 'Install MovieLens' }).waitFor()
  // The page of the settings asks the engine for much, and comes back when it has it.
  await byId('nav-settings').click()
  await byId('doctor-check').first().waitFor()
  await openPage(running.window, '/')
  expect(asked).toEqual([])

  await byId('quick-start-button').click()
  await byId('quick-start-offline').filter({ hasText: 'so synthetic clicks are chosen' }).waitFor()
  expect(asked.length).toBeGreaterThan(0)
  await byId('quick-start-button').filter({ hasText: 'Make clicks up' }).waitFor()
})
