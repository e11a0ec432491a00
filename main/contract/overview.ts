/** What the home page and the command `status` show: what trains, what was trained last, and what could be done next. */
import { z } from 'zod'
import { runSummary } from './runs.ts'

/** The limits of what an overview lists. */
export const OVERVIEW_RUNS = 8
export const OVERVIEW_RESUMABLE = 5
/** More points than these cannot be told apart in a small curve. */
export const OVERVIEW_CURVE_POINTS = 60

export const nextStep = z.discriminatedUnion('kind', [
  /** Nothing can be trained on, or only samples. */
  z.object({ kind: z.literal('import') }),
  /** No run was trained on the dataset. */
  z.object({ kind: z.literal('train'), dataset: z.string() }),
  /** Only one run was trained on the dataset. */
  z.object({ kind: z.literal('again'), dataset: z.string(), run: z.string() }),
  /** Two runs of one dataset were completed, the older one first. */
  z.object({ kind: z.literal('compare'), dataset: z.string(), runs: z.tuple([z.string(), z.string()]) }),
  /** Nothing was measured on this workspace's machines. */
  z.object({ kind: z.literal('benchmark') }),
  /** No model was saved. */
  z.object({ kind: z.literal('design') }),
])
export type NextStep = z.infer<typeof nextStep>

export const curvePoint = z.object({ step: z.int(), value: z.number() })
export type CurvePoint = z.infer<typeof curvePoint>

/** The notes of its runs are left out. */
export const overview = z.object({
  /** The active runs, the newest one first. */
  active: z.array(runSummary),
  /** The latest stopped and interrupted runs, which continue from their last checkpoint; and how many there are. */
  resumable: z.array(runSummary),
  resumableCount: z.int(),
  /** The latest runs that are in neither list, the newest one first. */
  latest: z.array(runSummary),
  /** By the id of each run above: some of its training losses, at even distances from the first step to the last. */
  curves: z.record(z.string(), z.array(curvePoint)),
  /** In the order in which they are advised. */
  nextSteps: z.array(nextStep),
})
export type Overview = z.infer<typeof overview>

/** A next step in words, for window and command line. */
export function nextStepText(step: NextStep): { title: string; text: string } {
  switch (step.kind) {
    case 'import':
      return {
        title: 'Import your own data',
        text: 'Criteo TSV, CSV or TSV files, checked row by row.',
      }
    case 'train':
      return { title: `Train a model on ${step.dataset}`, text: 'No run has used this dataset yet.' }
    case 'again':
      return {
        title: `Train a second model on ${step.dataset}`,
        text: 'With another seed or other settings, to compare it with the first.',
      }
    case 'compare':
      return {
        title: `Compare the latest two runs on ${step.dataset}`,
        text: 'Curves, metrics and settings side by side, and whether the difference is more than noise.',
      }
    case 'benchmark':
      return {
        title: 'Benchmark this machine',
        text: 'Ten seconds that show where the time of a training step goes.',
      }
    case 'design':
      return {
        title: 'Design a model of your own',
        text: 'Start from a preset or draw on an empty canvas.',
      }
  }
}
