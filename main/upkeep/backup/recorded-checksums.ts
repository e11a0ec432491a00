import { join } from 'node:path'
import { readManifestIn } from '../../datasets/catalogue.ts'
import { readRecord } from '../../training/checkpoints.ts'

/** The checksums that a workspace's datasets and checkpoints have of their own files. */
export class RecordedChecksums {
  readonly #workspace: string
  /** Those of the last dataset, because a dataset's files are asked for one after the other. */
  #last: { dataset: string; checksums: Map<string, string> } | null = null

  constructor(workspace: string) {
    this.#workspace = workspace
  }

  /** The SHA-256 that the file at a path of the workspace should have, or null if nothing says. */
  async of(path: string): Promise<string | null> {
    const [, run, step] = /^checkpoints\/([^/]+)\/(\d+)\.safetensors$/.exec(path) ?? []
    if (run !== undefined) {
      const record = await readRecord(this.#workspace, run, Number(step)).catch(() => null)
      return record?.sha256 ?? null
    }
    const [, dataset, inside] = /^datasets\/([^/]+)\/(.+)$/.exec(path) ?? []
    if (dataset === undefined || inside === undefined || inside === 'manifest.json') return null
    return (await this.#checksumsOf(dataset)).get(inside) ?? null
  }

  async #checksumsOf(dataset: string): Promise<Map<string, string>> {
    if (this.#last?.dataset === dataset) return this.#last.checksums
    const folder = join(this.#workspace, 'datasets', dataset)
    const manifest = await readManifestIn(folder, dataset).catch(() => null)
    const checksums = new Map((manifest?.files ?? []).map(({ path, sha256 }) => [path, sha256]))
    this.#last = { dataset, checksums }
    return checksums
  }
}
