/** What the engine tells without being asked. Live updates carry only what is new. */
import { z } from 'zod'
import { installationProgress } from './backends.ts'
import { benchmarkProgress, benchmarkSummary } from './benchmarks.ts'
import { calibrationProgress } from './calibration.ts'
import { datasetSummary, jobProgress } from './datasets.ts'
import { modelSummary } from './requests.ts'
import { logLine, metricPoint, runProgress, runStatus, runSummary } from './runs.ts'

/** What changed in a list, here or by another process: the items as they are now, those gone, how many there are. */
const listChange = <Noun extends string, Item extends z.ZodType>(noun: Noun, item: Item) =>
  z.object({
    kind: z.literal('changed'),
    what: z.literal(noun),
    changed: z.array(item),
    removed: z.array(z.string()),
    total: z.int(),
  })

const changed = z.discriminatedUnion('what', [
  /** `more`: so much has changed that it is not told; ask again for what is shown. */
  listChange('runs', runSummary).extend({ more: z.boolean() }),
  listChange('datasets', datasetSummary),
  listChange('models', modelSummary),
  listChange('benchmarks', benchmarkSummary),
  /** Ask again for the status of the backends, or for what was left out of lists. */
  z.object({ kind: z.literal('changed'), what: z.enum(['backends', 'problems']) }),
])

export const engineEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('job'), progress: jobProgress }),
  z.object({ kind: z.literal('benchmark'), progress: benchmarkProgress }),
  z.object({ kind: z.literal('calibration'), progress: calibrationProgress }),
  z.object({ kind: z.literal('backend'), progress: installationProgress }),
  changed,
  z.object({
    kind: z.literal('run'),
    id: z.string(),
    status: runStatus,
    progress: runProgress.nullable(),
    /** Points and lines since the last event of this run. */
    points: z.array(metricPoint),
    lines: z.array(logLine),
  }),
])
export type EngineEvent = z.infer<typeof engineEvent>

/** From the shell itself, through the same channel. */
export const shellEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('engineStarted') }),
  /** The engine process died and is started again (or, with gaveUp, is not). */
  z.object({ kind: z.literal('engineGone'), message: z.string(), gaveUp: z.boolean() }),
  /** A menu item that the window carries out, e.g. `newRun`. */
  z.object({ kind: z.literal('menu'), command: z.string() }),
])
export type ShellEvent = z.infer<typeof shellEvent>
