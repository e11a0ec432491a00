import type { ImportOutcome, SampleOptions } from '../../contract/datasets.ts'
import type { JobHandle } from '../jobs.ts'
import type { Claim } from '../staging.ts'
import { installCriteoSynthetic } from './criteo-synthetic.ts'
import { installMovieLens } from './movielens.ts'
import { installSyntheticClicks } from './synthetic-clicks.ts'

/** Creates a sample dataset under the claimed name, which is the sample's. */
export function installSample(
  options: SampleOptions,
  claim: Claim,
  handle: JobHandle,
): Promise<ImportOutcome> {
  switch (options.name) {
    case 'movielens-100k':
      return installMovieLens(options.localFile, claim, handle)
    case 'criteo-synthetic':
      return installCriteoSynthetic({ rows: options.rows, seed: options.seed }, claim, handle)
    case 'synthetic-clicks':
      return installSyntheticClicks({ rows: options.rows, seed: options.seed }, claim, handle)
  }
}
