import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { mpiName } from '../../../main/distributed/mpi.ts'
import { testedMpi } from '../../helpers/mpi.ts'
import { outputOfRanks } from '../../helpers/mpi-jobs.ts'
import type { SharedTraining } from '../../helpers/sharding-rank.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { movieLensServices } from '../../helpers/trained-run.ts'

/** The series takes many minutes; `DLRM_SHARDING_RANKS=5 DLRM_SHARDING_MPI=mpich` compares one of its jobs. */
const { DLRM_SHARDING_RANKS = '2,4,8,3,5', DLRM_SHARDING_MPI } = process.env
const comparedRanks = DLRM_SHARDING_RANKS.split(',').map(Number)
const mpiOf = (ranks: number) => mpiName.parse(DLRM_SHARDING_MPI ?? testedMpi[ranks % testedMpi.length])

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
      const file = join(folder, `${ranks}.json`)
      await outputOfRanks({ mpi: mpiOf(ranks), ranks }, 'sharding-rank.ts', file, ...datasets)
      return JSON.parse(await readFile(file, 'utf8')) as SharedTraining[]
    }
    const caseOf = ({ name, optimizer }: SharedTraining) => `${name} with ${optimizer}`
    const one = new Map((await trainedOn(1)).map((trained) => [caseOf(trained), trained]))
    for (const ranks of comparedRanks) {
      const all = await trainedOn(ranks)
      for (const trained of all) {
        const { way, losses, auc } = trained
        const expected = one.get(caseOf(trained))
        const text = `${caseOf(trained)}, ${way} on ${ranks} ranks`
        expect({ losses, auc }, text).toEqual({ losses: expected?.losses, auc: expected?.auc })
      }
      console.log(
        `${all.length} trainings on ${ranks} ranks with ${mpiOf(ranks)} have the losses and AUC of one rank.`,
      )
    }
  },
)
