/**
 * A day of use in minutes: the window imports, trains, compares, edits and deletes in a loop, while memory, handles and
 * threads of its processes are read. Once everything has been used for a while, none of them may grow any more.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { measures, processNames, sample, slopeOf, type Measure, type Sample } from './resources.ts'
import { useOnce } from './use.ts'

const MINUTES = Number(process.env.DLRM_SOAK_MINUTES ?? 20)
/** What may be more after each minute of the last third. */
const LIMITS: Record<Measure, number> = { memory: 2, handles: 0.5, threads: 0.5 }
/** Fewer samples give no slope. */
const FEWEST_SAMPLES = 3

let running: RunningApp
let files: string
beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'soak-'))
  running = await launchApp()
  running.window.setDefaultTimeout(60_000)
})
afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

function summary(samples: readonly Sample[], last: readonly Sample[]): string {
  const lines = processNames.flatMap((name) =>
    measures.map((measure) => {
      const values = samples.map(({ of }) => of[name][measure])
      const shown = [values[0], last[0]?.of[name][measure], values.at(-1), Math.max(...values)]
      const [first, third, end, most] = shown.map((value = NaN) => value.toFixed(0).padStart(6))
      const slope = slopeOf(last, name, measure).toFixed(2)
      return `${name.padEnd(7)} ${measure.padEnd(8)} ${first} first ${third} at two thirds ${end} last ${most} most ${slope} a minute`
    }),
  )
  return lines.join('\n')
}

it(
  `holds no more in the last third of ${MINUTES} minutes of use`,
  { timeout: (MINUTES + 15) * 60_000 },
  async () => {
    const samples: Sample[] = []
    let done = 0
    const began = Date.now()
    const minutes = () => (Date.now() - began) / 60_000
    while (minutes() < MINUTES) {
      done += await useOnce(running, files)
      samples.push(await sample(running, minutes()))
    }
    const last = samples.filter((each) => each.minutes >= (minutes() * 2) / 3)
    if (process.env.DLRM_SOAK_OUT) writeFileSync(process.env.DLRM_SOAK_OUT, JSON.stringify(samples))
    console.log(
      `${samples.length} rounds with ${done} things done in ${minutes().toFixed(1)} minutes\n${summary(samples, last)}`,
    )
    expect(last.length).toBeGreaterThanOrEqual(FEWEST_SAMPLES)
    for (const name of processNames)
      for (const measure of measures)
        expect(slopeOf(last, name, measure), `${measure} of the ${name}`).toBeLessThanOrEqual(LIMITS[measure])
  },
)
