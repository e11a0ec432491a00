/** docs/security.md says what holds Electron's checklist, and names a test for each claim. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const POINTS = 20

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(join(root, 'docs', 'security.md'), 'utf8')
const sources = globSync('{electron,main,test}/**/*.spec.ts', { cwd: root })
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n')

it('has each of the 20 points, with a test that there is or a reason for the exception', () => {
  const rows = [...text.matchAll(/^\| (\d+) +\|.*\| ([^|]+?) +\|$/gm)]
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: POINTS }, (_, at) => at + 1))
  for (const [, number, claim = ''] of rows)
    expect(claim, `point ${number}`).toMatch(/^(“[^”]+”|Exception: .{40,})$/)
})

it('names no test that there is not', () => {
  const titles = [...text.replaceAll(/\s+/g, ' ').matchAll(/“([^”]+)”/g)].map(([, title = '']) => title)
  expect(titles.length).toBeGreaterThan(POINTS)
  expect(titles.filter((title) => !sources.includes(`'${title}'`))).toEqual([])
})
