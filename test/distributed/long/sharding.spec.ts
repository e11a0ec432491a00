import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { chooseMpi, findMpi, jobShape, launcherArguments } from '../../../main/distributed/mpi.ts'
import { testedMpi } from '../../helpers/mpi.ts'
import type { SharedTraining } from '../../helpers/sharding-rank.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { movieLensServices } from '../../helpers/trained-run.ts'

/** The first steps, in which other numbers of ranks than powers of two have hardly moved away. */
const FIRST_STEPS = 100
/** Relative differences of a loss. Adam divides by gradients that may be close to zero (test/parity/backends.spec.ts). */
const tolerances: Record<string, number> = { sgd: 1e-6, adagrad: 1e-6, rowWiseAdagrad: 1e-6, adam: 5e-5 }

it.runIf(testedMpi.length > 0)(
  'every preset has the same losses with each optimizer and each way of sharding, on any number of ranks',
  async () => {
    const folder = await temporaryFolder()
    const services = await movieLensServices(folder)
    onTestFinished(() => services.close())
    const sample = { name: 'criteo-synthetic', rows: 30_000 } as const
    await services.datasets.waitForJob(await services.datasets.startSample(sample))
    const datasets = ['movielens-100k', sample.name].map((name) => join(folder, 'datasets', name))
    const trainedOn = async (ranks: number): Promise<SharedTraining[]> => {
      const mpi = testedMpi[ranks % testedMpi.length]!
      const { launcher, library } = chooseMpi(await findMpi(), mpi)
      const file = join(folder, `${ranks}.json`)
      const script = join(import.meta.dirname, '../../helpers/sharding-rank.ts')
      await promisify(execFile)(launcher.command, [
        ...launcherArguments(mpi, jobShape({ ranks, hosts: null, threads: 1 })),
        ...[process.execPath, script, library, file, ...datasets],
      ])
      return JSON.parse(await readFile(file, 'utf8')) as SharedTraining[]
    }
    const caseOf = ({ name, optimizer }: SharedTraining) => `${name} with ${optimizer}`
    const one = new Map((await trainedOn(1)).map((trained) => [caseOf(trained), trained]))
    for (const ranks of [2, 4, 8, 3, 5]) {
      for (const trained of await trainedOn(ranks)) {
        const { optimizer, way, losses, auc } = trained
        const text = `${caseOf(trained)}, ${way} on ${ranks} ranks`
        const expected = one.get(caseOf(trained))
        if (8 % ranks === 0) {
          expect({ losses, auc }, text).toEqual({ losses: expected?.losses, auc: expected?.auc })
          continue
        }
        for (const [step, loss] of losses.slice(0, FIRST_STEPS).entries()) {
          const difference = Math.abs(loss - (expected?.losses[step] ?? NaN)) / loss
          expect(difference, `${text}, step ${step + 1}`).toBeLessThan(tolerances[optimizer] ?? 0)
        }
      }
    }
  },
)
