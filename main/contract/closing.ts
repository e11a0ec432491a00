/** What shell and page say to each other about closing while tasks are running. */
import { z } from 'zod'
import { workTask } from './workspace.ts'

export const closingEvent = z.object({
  kind: z.literal('closing'),
  /** The page has to ask; it shows how far the stopping is; nothing is asked any more. */
  stage: z.enum(['asking', 'stopping', 'over']),
  /** What ends the tasks: the window's end, or a new start of the engine. */
  action: z.enum(['quit', 'restart']),
  /** Those that are still running. */
  tasks: z.array(workTask),
  /** Whether the desktop shows an icon of a window that works in the background. */
  tray: z.boolean(),
  /** Whether the stopping takes so long that it is offered not to wait for it. */
  impatient: z.boolean(),
})
export type ClosingEvent = z.infer<typeof closingEvent>

/**
 * `shown`: the question is on screen. Its answers are `keep`, `background` and `stop`. `now`: the stopping is not waited
 * for any longer.
 */
export const closingAnswer = z.enum(['shown', 'keep', 'background', 'stop', 'now'])
export type ClosingAnswer = z.infer<typeof closingAnswer>
