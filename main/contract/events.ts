/** The events that the engine emits. An event carries only what is new. */
import { z } from 'zod'
import { installationProgress } from './backends.ts'
import { benchmarkProgress, benchmarkSummary } from './benchmarks.ts'
import { calibrationProgress } from './calibration.ts'
import { closingEvent } from './closing.ts'
import { datasetSummary, jobProgress } from './datasets.ts'
import { chosenFile } from './file-handles.ts'
import { linkTarget } from './links.ts'
import { modelSummary } from './models.ts'
import { upkeepProgress } from './upkeep.ts'
import { updateStatus } from './updates.ts'
import { logLine, metricPoint, runProgress, runStatus, runSummary } from './runs.ts'

/**
 * A change of a list by this process or another one: the changed items as they are now, the ids of the removed ones, and
 * the number of all items.
 */
const listChange = <Noun extends string, Item extends z.ZodType>(noun: Noun, item: Item) =>
  z.object({
    kind: z.literal('changed'),
    what: z.literal(noun),
    changed: z.array(item),
    removed: z.array(z.string()),
    total: z.int(),
  })

const changed = z.discriminatedUnion('what', [
  /** If `more` is set, too much has changed for one event, so whoever shows runs has to ask for them again. */
  listChange('runs', runSummary).extend({ more: z.boolean() }),
  listChange('datasets', datasetSummary),
  listChange('models', modelSummary),
  listChange('benchmarks', benchmarkSummary),
  /** The status of the backends, what was left out of lists, or the settings have to be asked for again. */
  z.object({ kind: z.literal('changed'), what: z.enum(['backends', 'problems', 'settings']) }),
])

export const engineEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('job'), progress: jobProgress }),
  /** The share of a search for leaks in a dataset that is done. */
  z.object({ kind: z.literal('leaks'), id: z.string(), fraction: z.number() }),
  z.object({ kind: z.literal('benchmark'), progress: benchmarkProgress }),
  z.object({ kind: z.literal('calibration'), progress: calibrationProgress }),
  z.object({ kind: z.literal('upkeep'), progress: upkeepProgress }),
  z.object({ kind: z.literal('backend'), progress: installationProgress }),
  /** Whether anything runs that the end of the window would cut short. */
  z.object({ kind: z.literal('work'), busy: z.boolean() }),
  changed,
  z.object({
    kind: z.literal('run'),
    id: z.string(),
    status: runStatus,
    progress: runProgress.nullable(),
    /** Points and log lines since the last event of this run, if the window follows it (`runs.follow`). */
    points: z.array(metricPoint),
    lines: z.array(logLine),
  }),
])
export type EngineEvent = z.infer<typeof engineEvent>

/** What a person opened from outside of the window, with a link or by opening files in another program. */
const opened = z.discriminatedUnion('what', [
  z.object({ kind: z.literal('opened'), what: z.literal('link'), target: linkTarget }),
  /** The handle of a model document is for `models.readFile`, any other one for an import. */
  z.object({ kind: z.literal('opened'), what: z.literal('files'), files: z.array(chosenFile) }),
  z.object({ kind: z.literal('opened'), what: z.literal('refused'), message: z.string() }),
])

/** The events of the shell itself, which come through the same channel. */
export const shellEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('engineStarted') }),
  /** The engine process died. It is started again unless `gaveUp` is set. */
  z.object({ kind: z.literal('engineGone'), message: z.string(), gaveUp: z.boolean() }),
  /** A menu item that the window carries out, such as `newRun`. */
  z.object({ kind: z.literal('menu'), command: z.string() }),
  closingEvent,
  opened,
  z.object({ kind: z.literal('update'), status: updateStatus }),
  /** What happened to a process of the window, in whole sentences. */
  z.object({ kind: z.literal('notice'), message: z.string() }),
])
export type ShellEvent = z.infer<typeof shellEvent>
