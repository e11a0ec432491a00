import { defaultSample } from '../../contract/dataset-defaults.ts'
import type { ImportOutcome } from '../../contract/datasets.ts'
import { importSpec } from '../import-spec.ts'
import type { JobHandle } from '../jobs.ts'
import type { Claim } from '../staging.ts'
import { ClickGenerator } from './click-generator.ts'
import { installPlanted, SPLIT_SHARE } from './planted-sample.ts'

export interface SyntheticOptions {
  rows?: number | undefined
  seed?: number | undefined
}

/** Generated rows in Criteo's shape. */
export function installCriteoSynthetic(
  { rows = defaultSample.rows, seed = defaultSample.seed }: SyntheticOptions,
  claim: Claim,
  handle: JobHandle,
): Promise<ImportOutcome> {
  const sample = {
    rows,
    seed,
    source: 'Synthetic clicks in Criteo’s shape',
    bytesPerRow: 600,
    generator: () => ClickGenerator.create(seed),
    spec: (file: string) => {
      const split = { kind: 'tail', validation: SPLIT_SHARE, test: SPLIT_SHARE } as const
      const request = { name: claim.name, files: [file], format: 'criteo', split, maxRejected: 0 } as const
      return importSpec({ ...request, files: [file] }, claim.destination)
    },
  }
  return installPlanted(sample, claim, handle)
}
