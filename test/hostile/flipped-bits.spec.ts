/** Damage: random bits of every file of a workspace are flipped, one at a time, and everything is read. */
import { randomInt } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storedWorkspace } from '../helpers/stored-workspace.ts'
import {
  filesOf,
  observe,
  randomNumbers,
  verdictOn,
  whileFlipped,
  type Flip,
  type Observation,
} from './flipped-bits.ts'

const count = Number(process.env.DLRM_FLIPS ?? 40)
const seed = Number(process.env.DLRM_FLIPS_SEED ?? randomInt(2 ** 31))

let root: string
let workspace: string
let run: string
let before: Observation

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dlrm-studio-flips-'))
  workspace = join(root, 'workspace')
  run = await storedWorkspace(workspace)
  before = await observe(workspace, run)
})
afterAll(() => rm(root, { recursive: true, force: true }))

it('reads an intact workspace the same each time, and refuses nothing', async () => {
  expect(before.refusals).toEqual({})
  expect(before.warnings).toEqual([])
  expect(await observe(workspace, run)).toEqual(before)
})

it(
  `refuses or names each of ${count} flipped bits (seed ${seed})`,
  async () => {
    console.log(`seed ${seed}`)
    const random = randomNumbers(seed)
    const files = filesOf(workspace)
    const verdicts: Record<string, number> = {}
    const accepted: (Flip & { verdict: string })[] = []
    for (let flip = 0; flip < count; flip++) {
      const file = files[Math.floor(random() * files.length)]!
      const bit = Math.floor(random() * statSync(join(workspace, file)).size * 8)
      const after = await whileFlipped(workspace, { file, bit }, () => observe(workspace, run))
      const verdict = verdictOn(before, after, [workspace, 'clicks', run])
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
      if (verdict !== 'named' && !(verdict === 'nothing' && mayBeNothing(file, bit)))
        accepted.push({ file, bit, verdict })
    }
    console.log(`${count} flips over ${files.length} files: ${JSON.stringify(verdicts)}`)
    expect(accepted).toEqual([])
  },
  30 * 60_000,
)

/** A database has unused bytes, and JSON text can be written in more than one way. Elsewhere every bit counts. */
function mayBeNothing(file: string, bit: number): boolean {
  if (file === 'studio.db') return true
  const character = readFileSync(join(workspace, file))[bit >> 3] ?? 0
  return file.endsWith('.json') && character <= 0x20
}
