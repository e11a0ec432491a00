/** Whatever a script in the page tries, the window shows the app. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { answerOpenDialog } from '../helpers/dialogs.ts'
import { largeModel } from '../helpers/large-model.ts'
import { requestsHandled } from '../helpers/settled.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
beforeAll(async () => {
  running = await launchApp()
})
afterAll(() => running.close())

/** The app is on screen and its engine answers. */
async function expectApp(): Promise<void> {
  const { window: page, app } = running
  await expect.poll(() => page.url(), { timeout: 20_000 }).toMatch(/^studio:\/\/app\/index\.html(#|$)/)
  // A locator would wait for the end of a navigation that was refused.
  await expect
    .poll(
      () => page.evaluate(() => document.querySelector('[data-testid=nav-runs]') !== null).catch(() => false),
      {
        timeout: 20_000,
      },
    )
    .toBe(true)
  expect(await page.evaluate(async () => (await studio.request('workspace.info', {})).appVersion)).not.toBe(
    '',
  )
  expect(app.windows()).toHaveLength(1)
}

/**
 * Like expectApp, after the shell has handled the navigation that was tried. If that has led away from the page, the
 * page can no longer be asked, but expectApp waits for its return.
 */
async function expectAppAfterwards(): Promise<void> {
  await requestsHandled(running.window).catch(() => undefined)
  await expectApp()
}

const DATA = 'data:text/html,<h1>elsewhere</h1>'

describe('a script in the page', () => {
  it.each([
    ['about:blank'],
    ['about:srcdoc'],
    ['about:blank#blocked'],
    [DATA],
    ['javascript:"elsewhere"'],
    ['file:///etc/passwd'],
    ['view-source:studio://app/index.html'],
    ['chrome://gpu'],
    ['devtools://devtools/bundled/inspector.html'],
    ['https://example.com/'],
    ['mailto:a@example.com'],
    ['studio://app/none.html'],
    ['studio://app/'],
    ['studio://other/index.html'],
  ])('does not lead the window to %s', { timeout: 90_000 }, async (address) => {
    for (const way of [
      'href',
      'assign',
      'replace',
      'link',
      'blank link',
      'open',
      'open self',
      'form',
      'refresh',
    ]) {
      await running.window
        .evaluate(
          ([address, way]) => {
            const add = <Name extends keyof HTMLElementTagNameMap>(
              name: Name,
              given: Record<string, string>,
            ) => {
              const element = document.createElement(name)
              for (const [key, value] of Object.entries(given)) element.setAttribute(key, value)
              document.body.append(element)
              return element
            }
            // Some throw at once, which is just as good.
            try {
              if (way === 'href') location.href = address
              if (way === 'assign') location.assign(address)
              if (way === 'replace') location.replace(address)
              if (way === 'link') add('a', { href: address }).click()
              if (way === 'blank link') add('a', { href: address, target: '_blank' }).click()
              if (way === 'open') window.open(address)
              if (way === 'open self') window.open(address, '_self')
              if (way === 'form') add('form', { action: address, method: 'post' }).submit()
              if (way === 'refresh') add('meta', { 'http-equiv': 'refresh', content: `0;url=${address}` })
            } catch {
              return
            }
          },
          [address, way] as const,
        )
        .catch(() => undefined)
      await expectAppAfterwards()
    }
  })

  it('does not take a blob or a frame for the app', { timeout: 60_000 }, async () => {
    await running.window.evaluate(() => {
      location.href = URL.createObjectURL(new Blob(['<h1>elsewhere</h1>'], { type: 'text/html' }))
      const frame = document.createElement('iframe')
      frame.srcdoc = '<script>top.location = "about:blank"<' + '/script>'
      document.body.append(frame)
    })
    await expectAppAfterwards()
  })

  it('does not find another page in the history', { timeout: 60_000 }, async () => {
    const { window: page } = running
    await page.evaluate(() => void (location.href = 'about:blank')).catch(() => undefined)
    await expectAppAfterwards()
    for (const steps of [-1, -2, -50, 1]) {
      await page.evaluate((count) => history.go(count), steps).catch(() => undefined)
      await expectAppAfterwards()
    }
    await page.evaluate(() => {
      history.pushState(null, '', 'studio://app/none.html')
      location.reload()
    })
    await expectAppAfterwards()
  })

  it('has no file handle of the page before', { timeout: 60_000 }, async () => {
    const { window: page } = running
    await answerOpenDialog(running, '/etc/hostname')
    const preview = (handle: string) =>
      page.evaluate(
        (file) =>
          studio.request('datasets.preview', { file, format: 'csv' }).then(
            () => null,
            (error: unknown) => error,
          ),
        handle,
      )
    const handle = await page.evaluate(async () => {
      const options = { purpose: 'importData' as const, title: '', many: false, extensions: [] as string[] }
      return (await studio.chooseFiles(options))![0]!.handle
    })
    expect(JSON.stringify(await preview(handle))).not.toContain('choose it again')
    await page.reload()
    await expectApp()
    expect(await preview(handle)).toMatchObject({ code: 'InvalidRequest' })
  })
})

describe('the bridge', () => {
  it('lets no option become another message', { timeout: 30_000 }, async () => {
    const answers = await running.window.evaluate(async () => {
      const trick = {
        kind: 'request',
        name: 'workspace.info',
        body: {},
        url: 'https://arxiv.org',
        paths: ['/etc/hostname'],
        purpose: 'importData',
        title: '',
        many: false,
        extensions: ['../..'],
        suggestedName: 'a',
      }
      const bridge = studio as unknown as Record<string, (options?: unknown) => Promise<unknown>>
      const answers: Record<string, unknown> = {}
      // These take no options.
      const without = ['subscribe', 'chooseFoundTensorFlow', 'problemReport', 'workspaces', 'systemLocale']
      for (const name of Object.keys(studio)) {
        if (without.includes(name)) continue
        answers[name] = await bridge[name]!(trick).then(
          (value) => ({ value }),
          (error: unknown) => error,
        )
      }
      const nothing = await bridge.chooseFiles!().catch((error: unknown) => error)
      return { ...answers, nothing }
    })
    for (const [name, answer] of Object.entries(answers))
      expect(answer, name).toMatchObject({ code: 'InvalidRequest' })
  })

  it(
    'takes functions for listeners only, and a failing one breaks no other',
    { timeout: 30_000 },
    async () => {
      const { window: page } = running
      const refused = await page.evaluate(() =>
        [null, undefined, 5, 'text', {}, []].map((listener) => {
          try {
            studio.subscribe(listener as never)
            return 'taken'
          } catch (error) {
            return String(error)
          }
        }),
      )
      for (const answer of refused) expect(answer).toContain('needs a function')
      await page.evaluate(() => {
        const heard: string[] = []
        Object.assign(globalThis, { heard })
        studio.subscribe(() => {
          throw new Error('This one fails.')
        })
        const end = studio.subscribe(() => heard.push('ended'))
        studio.subscribe(({ kind }) => heard.push(kind))
        end()
        end()
      })
      const saved = await page.evaluate(
        (made) => studio.request('models.save', { id: null, document: made }),
        largeModel(20),
      )
      expect(saved.name).toBe('20 nodes')
      await page.waitForFunction(() =>
        (globalThis as unknown as { heard: string[] }).heard.includes('changed'),
      )
      expect(await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)).not.toContain(
        'ended',
      )
    },
  )

  it('takes no file that a script made for one that was dropped', async () => {
    const error = await running.window.evaluate(() =>
      studio.chooseDropped([new File(['a,b'], '/etc/passwd')]).then(
        () => null,
        (error: unknown) => error,
      ),
    )
    expect(error).toMatchObject({ code: 'InvalidRequest' })
  })
})
