import { expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { enginePid, launchApp } from '../helpers/app.ts'

/** Inside the page. */
declare const studio: StudioBridge

it(
  'a flood of 20,000 requests is partly refused, and the same engine continues to serve',
  { timeout: 180_000 },
  async () => {
    const running = await launchApp()
    try {
      await running.window.evaluate(() => studio.request('workspace.info', {}))
      const before = await enginePid(running.app)
      const counts = await running.window.evaluate(async () => {
        const asked = Array.from({ length: 20_000 }, () =>
          studio.request('workspace.info', {}).then(
            () => 'ok',
            (error: unknown) => (error as { code: string }).code,
          ),
        )
        const counts: Record<string, number> = {}
        for (const answer of await Promise.all(asked)) counts[answer] = (counts[answer] ?? 0) + 1
        return counts
      })
      expect(Object.keys(counts).filter((key) => key !== 'ok' && key !== 'Busy')).toEqual([])
      expect(counts.ok).toBeGreaterThan(100)
      expect((counts.ok ?? 0) + (counts.Busy ?? 0)).toBe(20_000)
      expect(
        await running.window.evaluate(async () => (await studio.request('workspace.info', {})).appVersion),
      ).not.toBe('')
      expect(await enginePid(running.app)).toBe(before)
    } finally {
      await running.close()
    }
  },
)
