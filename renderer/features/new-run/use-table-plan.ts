/** Keeps the plan of a job up to date while its settings change, and what a person has pinned in it. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { PlanAnswer } from '../../../main/contract/cluster.ts'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { RequestOf } from '../../../main/contract/requests.ts'
import type { PlacedShard } from '../../../main/contract/table-plan.ts'
import { tableShard, type TrainingConfig } from '../../../main/contract/training.ts'
import type { ModelDocument } from '../../../main/model/document.ts'
import { asErrorData, ask } from '../../platform/engine.ts'
import { samePlanRequest } from './same-plan-request.ts'

/** Typing a number changes it with every digit. */
const SETTLED_MS = 150

/** A part of a table without its bytes and whether it is pinned. */
const places = tableShard.strip()

export interface PlannedJob {
  dataset: string
  /** null if there is none that fits the dataset. */
  document: ModelDocument | null
  config: TrainingConfig
}

export function useTablePlan(job: () => PlannedJob) {
  const pins = shallowRef<readonly PlacedShard[]>([])
  const answer = shallowRef<PlanAnswer | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  const pending = ref(false)

  /** null if there is nothing to plan. */
  const request = computed((): RequestOf<'cluster.plan'> | null => {
    const { dataset, document, config } = job()
    if (config.ranks === null || !document || dataset === '') return null
    const { batchSize, tables, dense, precision, ranks, hosts } = config
    return {
      dataset,
      model: document,
      config: { batchSize, tables, dense, precision },
      ranks,
      hosts,
      pins: [...pins.value],
    }
  })

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    request,
    (now, before) => {
      if (samePlanRequest(now, before ?? null)) return
      clearTimeout(timer)
      problem.value = null
      pending.value = now !== null
      if (now === null) answer.value = null
      else timer = setTimeout(() => void plan(now), answer.value ? SETTLED_MS : 0)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))

  async function plan(asked: RequestOf<'cluster.plan'>): Promise<void> {
    const isWanted = () => samePlanRequest(asked, request.value)
    try {
      const planned = await ask('cluster.plan', asked)
      if (isWanted()) answer.value = planned
    } catch (thrown) {
      if (!isWanted()) return
      problem.value = asErrorData(thrown)
      answer.value = null
    } finally {
      if (isWanted()) pending.value = false
    }
  }

  /** Puts a table on a rank, or leaves it where it is if that is null, so that the others are placed around it. */
  function pin(table: string, rank: number | null): void {
    const parts = (answer.value?.plan.shards ?? []).filter((shard) => shard.table === table)
    const placed: PlacedShard[] =
      rank === null
        ? parts.map((shard) => ({ ...places.parse(shard), pinned: true }))
        : [{ table, rank, firstColumn: 0, pinned: true }]
    pins.value = [...pins.value.filter((each) => each.table !== table), ...placed]
  }

  function unpin(table: string): void {
    pins.value = pins.value.filter((each) => each.table !== table)
  }

  /** Where the tables of the plan are, for the settings of the run. */
  const placement = computed(() => answer.value?.plan.shards.map((shard) => places.parse(shard)) ?? null)

  return { pins, answer, problem, pending, pin, unpin, placement }
}
