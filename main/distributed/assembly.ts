/**
 * How the ranks of a job meet: rank 0 compares their versions and gives them the run, and each of them looks whether its
 * dataset is the run's. All ranks make the same exchanges: members, then the run, then readiness.
 */
import { z } from 'zod'
import { nativeAddon, type NativeDataset, type NativeRanks } from '../../native/index.ts'
import { APP_VERSION } from '../app-version.ts'
import { StudioError } from '../contract/errors.ts'
import { datasetManifest } from '../contract/manifest.ts'
import { requireIntact } from '../datasets/verify-dataset.ts'
import { trainerJob, type TrainerJob } from '../training/protocol.ts'
import { holdLifeline, lifeline, openLifeline } from './lifeline.ts'
import { threadsOfRank } from './mpi.ts'
import { member, memberName, type Member } from './rank-messages.ts'

const introduction = z.object({ member, version: z.string() })
/** Ranks that are all on one host need no lifeline: the launcher can end them. */
const assignment = z.object({ job: trainerJob, members: z.array(member), lifeline: lifeline.nullable() })
type Assignment = z.infer<typeof assignment>

const texts = z.array(z.string())

export interface Assembled {
  job: TrainerJob
  /** All ranks, in their order. */
  members: Member[]
  /** Of this rank. */
  threads: number
}

/**
 * The part of rank 0. Resolves once all ranks are ready to train. Throws InvalidState if one has another version of the
 * program.
 */
export async function assemble(ranks: NativeRanks, self: Member, job: TrainerJob): Promise<Assembled> {
  const introductions = texts
    .parse(await ranks.gather(JSON.stringify({ member: self, version: APP_VERSION })))
    .map((text) => introduction.parse(JSON.parse(text)))
  for (const { member: other, version } of introductions) {
    if (version === APP_VERSION) continue
    throw new StudioError(
      'InvalidState',
      `${memberName(other)} runs version ${version} of DLRM Studio, and rank 0 on ${self.host} runs ${APP_VERSION}: ` +
        'install the same version on all hosts.',
    )
  }
  const members = introductions.map((each) => each.member)
  const isAway = members.some(({ host }) => host !== self.host)
  const shared: Assignment = { job, members, lifeline: isAway ? await openLifeline() : null }
  await ranks.broadcast(JSON.stringify(shared))
  await ranks.gather('')
  return { job, members, threads: threadsOf(job, members, self) }
}

/**
 * The part of every other rank. Throws the reason if the dataset cannot be read here, and InvalidState if it is not the
 * run's.
 */
export async function join(
  ranks: NativeRanks,
  self: Member,
): Promise<Assembled & { dataset: NativeDataset }> {
  await ranks.gather(JSON.stringify({ member: self, version: APP_VERSION }))
  const assigned = assignment.parse(JSON.parse(String(await ranks.broadcast(''))))
  const { job, members } = assigned
  if (assigned.lifeline && self.host !== members[0]?.host) holdLifeline(assigned.lifeline)
  const dataset = nativeAddon().openDataset(job.datasetFolder)
  if (datasetManifest.parse(JSON.parse(dataset.manifest())).hash !== job.datasetHash) {
    throw new StudioError(
      'InvalidState',
      `The dataset in ${job.datasetFolder} on ${self.host} is not the one of this run: ` +
        'copy the folder from the host of rank 0, or use a folder that all hosts share.',
      { file: job.datasetFolder },
    )
  }
  // A host's first rank reads all files. On the host of rank 0 the training does.
  const isFirst = members.find(({ host }) => host === self.host)?.rank === self.rank
  if (isFirst) await requireIntact(job.workspace, job.datasetFolder, dataset)
  await ranks.gather('')
  return { job, members, threads: threadsOf(job, members, self), dataset }
}

function threadsOf({ config }: TrainerJob, members: Member[], self: Member): number {
  return threadsOfRank(config.threads, members.filter(({ host }) => host === self.host).length)
}
