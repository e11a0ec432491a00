import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ImportColumn, ImportSpec } from '../../../native/index.ts'
import type { ImportOutcome } from '../../contract/datasets.ts'
import type { JobHandle } from '../jobs.ts'
import { nativeImport } from '../native-import.ts'
import type { Claim } from '../staging.ts'
import { joinMovieLens } from './movielens-join.ts'
import { MOVIELENS_FILES, movieLensFiles } from './movielens-source.ts'

const LICENCE =
  'MovieLens 100K was collected by the GroupLens Research Project at the University of Minnesota. It may be used for ' +
  'research. Redistributing it or using it commercially needs GroupLens’s permission, results must not suggest its ' +
  'endorsement, and publications must cite: F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: ' +
  'History and Context. ACM Transactions on Interactive Intelligent Systems 5, 4, Article 19.'

const everyValue = { kind: 'vocabulary', minimumCount: 1 } as const
const text = { type: 'text', encoding: everyValue } as const
const standardised = { type: 'integer', transform: 'standard', missing: 'median' } as const

/** In the order of JOINED_COLUMNS. */
const COLUMNS: ImportColumn[] = [
  { name: 'rating', role: 'label', positiveFrom: 4 },
  { name: 'age', role: 'dense', ...standardised },
  { name: 'release_year', role: 'dense', ...standardised },
  { name: 'user_id', role: 'sparse', ...text },
  { name: 'item_id', role: 'sparse', ...text },
  { name: 'gender', role: 'sparse', ...text },
  { name: 'occupation', role: 'sparse', ...text },
  { name: 'zip_code', role: 'sparse', ...text },
  { name: 'genres', role: 'multiValued', ...text, separator: ' ' },
]

/** MovieLens 100K: a rating of 4 or 5 is a positive; of every ten rows eight train, one validates, one tests. */
export async function installMovieLens(
  localFile: string | undefined,
  claim: Claim,
  handle: JobHandle,
): Promise<ImportOutcome> {
  const files = await movieLensFiles(localFile, handle)
  handle.report('join', 0.2, 'Joining ratings, users and movies')
  const joined = join(claim.folder, 'movielens-100k.tsv')
  await pipeline(Readable.from(joinMovieLens(files)), createWriteStream(joined), { signal: handle.signal })
  const outcome = await nativeImport(movieLensSpec(joined, claim), handle, 0.4)
  await claim.publish()
  return outcome
}

function movieLensSpec(joined: string, claim: Claim): ImportSpec {
  return {
    files: [joined],
    delimiter: '\t',
    quotes: false,
    header: true,
    columns: COLUMNS,
    split: { kind: 'modulo', modulus: 10, validation: [8], test: [9] },
    destination: claim.destination,
    name: claim.name,
    maxRejected: 0,
    reportRejected: 10,
    provenance: {
      kind: 'sample',
      source: 'MovieLens 100K, from the wheel recbole 1.2.1',
      licence: LICENCE,
      sourceFiles: MOVIELENS_FILES,
    },
  }
}
