/**
 * How the ranks of a job meet: rank 0 compares their versions and gives them the run, and each of them looks what it has of
 * the run's files. All ranks make the same exchanges: members, the run, what they have, and who serves whom.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join as joined } from 'node:path'
import { z } from 'zod'
import { nativeAddon, type NativeDataset, type NativeRanks, type TableShard } from '../../native/index.ts'
import { APP_VERSION } from '../app-version.ts'
import { StudioError } from '../contract/errors.ts'
import { datasetManifest, type DatasetManifest } from '../contract/manifest.ts'
import { tableShard, type RankHost } from '../contract/training.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import { requireIntact } from '../datasets/verify-dataset.ts'
import { compilePlan } from '../model/plan.ts'
import { makeFolderDurably } from '../platform/durable-file.ts'
import { fileError } from '../platform/file-errors.ts'
import { checkpointFolder } from '../training/checkpoints.ts'
import { trainerJob, type TrainerJob } from '../training/protocol.ts'
import { requireSameDataset } from '../training/train-job.ts'
import { shareLifeline } from './lifeline.ts'
import { jobShards } from './job-shards.ts'
import { hostsOfJob, measuredHost, measureHost } from './measure-hosts.ts'
import { threadsOfRank } from './mpi.ts'
import { member, memberName, type Member } from './rank-messages.ts'
import { serversOf, type Servers } from './servers.ts'

const introduction = z.object({ member, version: z.string() })
const assignment = z.object({
  job: trainerJob,
  members: z.array(member),
  /** A file that rank 0 has made in the workspace, so that a rank that sees it sees the same folder. */
  sign: z.string(),
})
type Assignment = z.infer<typeof assignment>
/** What a rank has of the run's files. */
const possession = z.object({
  dataset: z.boolean(),
  workspace: z.boolean(),
  /** Of its host, if it is the first rank there. */
  host: measuredHost.nullable(),
})
type Possession = z.infer<typeof possession>
const arrangement = z.object({
  servers: z.array(z.int().nullable()),
  shards: z.array(tableShard),
  /** Of the dataset, if a rank has no copy of it. */
  manifest: z.string().nullable(),
})
type Arrangement = z.infer<typeof arrangement>

const texts = z.array(z.string())

export interface Assembled {
  job: TrainerJob
  /** All ranks, in their order. */
  members: Member[]
  /** Of this rank. */
  threads: number
  /** Which rank serves each rank that lacks the dataset or does not see the workspace. */
  servers: Servers
  /** Which rank has which tables. */
  shards: TableShard[]
}

/**
 * The part of rank 0. Resolves once all ranks are ready to train. Throws InvalidState if one has another version of the
 * program or the dataset is no longer the run's,
 * InvalidArgument if its tables need more memory than the hosts have, and Io if the workspace cannot be written.
 */
export async function assemble(
  ranks: NativeRanks,
  self: Member,
  job: TrainerJob,
): Promise<Assembled & { hosts: RankHost[] }> {
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
  await shareLifeline(ranks, self.host)
  const folder = checkpointFolder(job.workspace, job.run)
  // What is left of it after a crash is removed with the leftovers of checkpoints.
  const sign = joined(folder, `ranks-${randomBytes(8).toString('hex')}.tmp`)
  await makeSign(folder, sign)
  const shared: Assignment = { job, members, sign }
  await ranks.broadcast(JSON.stringify(shared))
  const own: Possession = {
    dataset: true,
    workspace: true,
    host: await measureHost(ranks, members, self),
  }
  const all = texts
    .parse(await ranks.gather(JSON.stringify(own)))
    .map((text) => possession.parse(JSON.parse(text)))
  await rm(sign, { force: true })
  const servers = serversOf(all.map(({ dataset, workspace }) => dataset && workspace))
  const text = nativeAddon().openDataset(job.datasetFolder).manifest()
  const manifest = datasetManifest.parse(JSON.parse(text))
  requireSameDataset(manifest, job.datasetHash)
  const hosts = hostsOfJob(
    members,
    all.map(({ host }) => host),
    job.config,
  )
  const shards = jobShards(compilePlan(job.model, columnsOf(manifest)), manifest, job.config, hosts)
  const isComplete = servers.every((server) => server === null)
  const arranged: Arrangement = { servers, shards, manifest: isComplete ? null : text }
  await ranks.broadcast(JSON.stringify(arranged))
  return { job, members, threads: threadsOf(job, members, self), servers, shards, hosts }
}

async function makeSign(folder: string, sign: string): Promise<void> {
  try {
    await makeFolderDurably(folder)
    await writeFile(sign, '')
  } catch (error) {
    throw fileError(error, 'write', sign)
  }
}

export interface Joined extends Assembled {
  manifest: DatasetManifest
  /** null on a rank that has no copy of it. */
  dataset: NativeDataset | null
}

/**
 * The part of every other rank. Throws the reason if the dataset is there but cannot be read, and InvalidState if it is not
 * the run's.
 */
export async function join(ranks: NativeRanks, self: Member): Promise<Joined> {
  await ranks.gather(JSON.stringify({ member: self, version: APP_VERSION }))
  await shareLifeline(ranks, self.host)
  const { job, members, sign } = assignment.parse(JSON.parse(String(await ranks.broadcast(''))))
  const dataset = existsSync(job.datasetFolder) ? await openCopy(job, members, self) : null
  const own: Possession = {
    dataset: dataset !== null,
    workspace: existsSync(sign),
    host: await measureHost(ranks, members, self),
  }
  await ranks.gather(JSON.stringify(own))
  const { servers, shards, manifest } = arrangement.parse(JSON.parse(String(await ranks.broadcast(''))))
  const text = dataset?.manifest() ?? manifest ?? ''
  return {
    job,
    members,
    threads: threadsOf(job, members, self),
    servers,
    shards,
    manifest: datasetManifest.parse(JSON.parse(text)),
    dataset,
  }
}

async function openCopy(
  { workspace, datasetFolder, datasetHash }: TrainerJob,
  members: readonly Member[],
  self: Member,
): Promise<NativeDataset> {
  const dataset = nativeAddon().openDataset(datasetFolder)
  if (datasetManifest.parse(JSON.parse(dataset.manifest())).hash !== datasetHash) {
    throw new StudioError(
      'InvalidState',
      `The dataset in ${datasetFolder} on ${self.host} is not the one of this run: copy the folder from the host of ` +
        'rank 0, remove it so that the rank gets its data over the network, or use a folder that all hosts share.',
      { file: datasetFolder },
    )
  }
  // A host's first rank reads all files. On the host of rank 0 the training does.
  const isFirst = members.find(({ host }) => host === self.host)?.rank === self.rank
  if (isFirst) await requireIntact(workspace, datasetFolder, dataset)
  return dataset
}

function threadsOf({ config }: TrainerJob, members: Member[], self: Member): number {
  return threadsOfRank(config.threads, members.filter(({ host }) => host === self.host).length)
}
