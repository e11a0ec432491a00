import type { ImportColumn, ImportSpec } from '../../../native/index.ts'
import { defaultClicks } from '../../contract/dataset-defaults.ts'
import type { ImportOutcome } from '../../contract/datasets.ts'
import { REPORTED_ROWS } from '../import-spec.ts'
import type { JobHandle } from '../jobs.ts'
import type { Claim } from '../staging.ts'
import type { SyntheticOptions } from './criteo-synthetic.ts'
import { installPlanted, SPLIT_SHARE } from './planted-sample.ts'
import { ShopVisits, VISIT_COLUMNS } from './shop-visits.ts'

const text = { type: 'text', encoding: { kind: 'vocabulary', minimumCount: 1 } } as const
const standardised = { transform: 'standard', missing: 'median' } as const

/** In the order of VISIT_COLUMNS. */
const COLUMNS: ImportColumn[] = [
  { name: 'clicked', role: 'label' },
  { name: 'age', role: 'dense', type: 'integer', ...standardised },
  { name: 'hour', role: 'dense', type: 'integer', ...standardised },
  { name: 'price', role: 'dense', type: 'float', transform: 'logClipped', missing: 'median' },
  { name: 'user_id', role: 'sparse', ...text },
  { name: 'item_id', role: 'sparse', ...text },
  { name: 'category', role: 'sparse', ...text },
  { name: 'device', role: 'sparse', ...text },
  { name: 'country', role: 'sparse', ...text },
  { name: 'interests', role: 'multiValued', ...text, separator: ' ' },
]

/** Clicks in a shop that does not exist, with which the quick start works where there is no network. */
export function installSyntheticClicks(
  { rows = defaultClicks.rows, seed = defaultClicks.seed }: SyntheticOptions,
  claim: Claim,
  handle: JobHandle,
): Promise<ImportOutcome> {
  const sample = {
    rows,
    seed,
    source: 'Synthetic clicks in a shop that does not exist, made on this machine',
    header: VISIT_COLUMNS.join('\t'),
    bytesPerRow: 200,
    generator: async () => new ShopVisits(seed),
    spec: async (file: string): Promise<Omit<ImportSpec, 'provenance'>> => ({
      files: [file],
      delimiter: '\t',
      quotes: false,
      header: true,
      columns: COLUMNS,
      split: { kind: 'tail', validation: SPLIT_SHARE, test: SPLIT_SHARE },
      destination: claim.destination,
      name: claim.name,
      maxRejected: 0,
      reportRejected: REPORTED_ROWS,
    }),
  }
  return installPlanted(sample, claim, handle)
}
