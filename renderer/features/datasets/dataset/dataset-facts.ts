import { positivesText } from '../../../../main/contract/column-defaults.ts'
import type { DatasetManifest } from '../../../../main/contract/manifest.ts'
import type { ResponseOf } from '../../../../main/contract/requests.ts'
import { formatBytes, formatDate, formatExact } from '../../../platform/units.ts'
import { fileName } from '../shared/rejected-rows.ts'

type DatasetUsers = ResponseOf<'datasets.users'>

export interface Fact {
  name: string
  value: string
}

/** Lists where a dataset came from, what it is beyond its numbers, and what uses it. */
export function datasetFacts(manifest: DatasetManifest, users: DatasetUsers | null): Fact[] {
  const { label, provenance, sources } = manifest
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0)
  return [
    { name: 'Source', value: sourceText(manifest) },
    {
      name: 'Source size',
      value: `${formatBytes(bytes)} in ${formatExact(sources.length)} file${sources.length === 1 ? '' : 's'}`,
    },
    { name: 'Label', value: labelText(label) },
    { name: 'Created', value: formatDate(manifest.createdAt) },
    { name: 'Content hash', value: manifest.hash },
    ...(typeof provenance.parent === 'string'
      ? [{ name: 'Imported again from', value: provenance.parent }]
      : []),
    ...(users ? [{ name: 'Runs', value: usersText(users) }] : []),
    ...(typeof provenance.seed === 'number' ? [{ name: 'Seed', value: String(provenance.seed) }] : []),
  ]
}

/** Names the newest runs that were trained on the dataset. */
function usersText({ runs, names }: DatasetUsers): string {
  if (runs === 0) return 'none was trained on it'
  const more = runs > names.length ? ` and ${formatExact(runs - names.length)} more` : ''
  return `${names.join(', ')}${more}`
}

/** Gives the licence terms of a sample, or null for the user's own files. */
export function licenceOf({ provenance }: DatasetManifest): string | null {
  return typeof provenance.licence === 'string' ? provenance.licence : null
}

/** Gives the best AUC that any model can reach on the test rows of generated data. */
export function ceilingOf({ provenance }: DatasetManifest): number | null {
  return typeof provenance.ceilingAuc === 'number' ? provenance.ceilingAuc : null
}

function sourceText({ provenance, sources }: DatasetManifest): string {
  if (typeof provenance.source === 'string') return provenance.source
  const names = sources.slice(0, 3).map((source) => fileName(source.path))
  return names.join(', ') + (sources.length > 3 ? ` and ${formatExact(sources.length - 3)} more` : '')
}

function labelText(label: DatasetManifest['label']): string {
  const { name, positiveFrom } = label
  if (positiveFrom !== undefined) return `${name} ≥ ${positiveFrom}`
  const texts = positivesText(label)
  return texts ? `${name} (${texts.positive} is 1, ${texts.negative} is 0)` : `${name} (0 or 1)`
}
