/** A rank other than 0: it makes the calls that rank 0 announces on its own model. */
import type { NativeRanks, TableShard } from '../../native/index.ts'
import type { Plan } from '../model/plan-types.ts'
import type { BatchMaker, NativeBatchStream } from '../training/backends/dataset-backend.ts'
import { NativeBackend } from '../training/backends/native/native-backend.ts'
import type { TrainerJob } from '../training/protocol.ts'
import { SafetensorsFile } from '../training/safetensors.ts'
import { call, type Call } from './calls.ts'
import type { RankClock } from './rank-clock.ts'

export interface FollowerOptions {
  plan: Plan
  dataset: BatchMaker
  job: TrainerJob
  ranks: NativeRanks
  clock: RankClock
  shards: readonly TableShard[]
}

export class Follower {
  readonly #options: FollowerOptions
  readonly #model: NativeBackend
  readonly #streams = new Map<number, NativeBatchStream>()

  constructor(options: FollowerOptions) {
    const { plan, dataset, job, ranks, shards } = options
    this.#options = options
    this.#model = new NativeBackend(plan, dataset, job.config, {
      ranks,
      shards,
      exchange: job.config.exchange,
    })
    this.#model.configure(job.config)
  }

  /** Follows rank 0 until it ends the job. Throws what the first call throws that fails. */
  async follow(): Promise<void> {
    for (;;) {
      const next = call.parse(JSON.parse(String(await this.#options.ranks.broadcast(''))))
      if (next.kind === 'leave') return
      await this.#make(next)
    }
  }

  async #make(next: Exclude<Call, { kind: 'leave' }>): Promise<unknown> {
    switch (next.kind) {
      case 'initialize':
        return this.#model.initialize(next.seed)
      case 'setParameter':
        return this.#model.setParameter(next.name, await this.#initialValues(next.name))
      case 'openBatches':
        return this.#streams.set(next.stream, this.#model.openBatches(next.options))
      case 'closeBatches':
        this.#stream(next.stream).close()
        return this.#streams.delete(next.stream)
      case 'trainSteps':
        return this.#options.clock.measure(() =>
          this.#model.trainSteps(this.#stream(next.stream), Float64Array.from(next.learningRateScales)),
        )
      case 'reportTimes':
        return this.#options.ranks.gather(JSON.stringify(this.#options.clock.report()))
      case 'evaluate':
        // Only rank 0's metrics are looked at.
        return this.#model.evaluate(this.#stream(next.stream), null)
      case 'predict':
        return this.#model.predict(this.#stream(next.stream))
      case 'save':
        return this.#model.save(next.path)
      case 'load':
        await this.#model.load(next.path, next.stepCount)
        return this.#options.ranks.gather('')
    }
  }

  #stream(id: number): NativeBatchStream {
    const stream = this.#streams.get(id)
    if (!stream) throw new Error(`Rank 0 has opened no batches numbered ${id}.`)
    return stream
  }

  async #initialValues(name: string): Promise<Float32Array> {
    const path = this.#options.job.initialParameters
    if (path === null) throw new Error('The run has no file of initial parameters.')
    const file = await SafetensorsFile.open(path)
    try {
      return await file.readFloats(name)
    } finally {
      await file.close()
    }
  }
}
