/** What the engine tells without being asked. Live updates carry only what is new. */
import { z } from 'zod'
import { installationProgress } from './backends.ts'
import { benchmarkProgress } from './benchmarks.ts'
import { calibrationProgress } from './calibration.ts'
import { jobProgress } from './datasets.ts'
import { logLine, metricPoint, runProgress, runStatus } from './runs.ts'

export const engineEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('job'), progress: jobProgress }),
  z.object({ kind: z.literal('benchmark'), progress: benchmarkProgress }),
  z.object({ kind: z.literal('calibration'), progress: calibrationProgress }),
  z.object({ kind: z.literal('backend'), progress: installationProgress }),
  /** A list changed, here or by another process: ask for it again. */
  z.object({
    kind: z.literal('changed'),
    what: z.enum(['datasets', 'models', 'runs', 'benchmarks', 'backends', 'problems']),
    /** Where only this one of the list has changed, come, or gone. */
    id: z.string().optional(),
  }),
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
