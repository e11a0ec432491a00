import { z } from 'zod'
import { overview } from '../overview.ts'
import { reportSection } from '../problem-report.ts'
import { doctorCheck, unfinishedWork, workspaceInfo, workTask } from '../workspace.ts'
import { done, nothing } from './shared.ts'

export const workspaceRequests = {
  'workspace.info': { request: nothing, response: workspaceInfo },
  'workspace.activity': { request: nothing, response: z.object({ tasks: z.array(workTask) }) },
  /** Asks every task to stop: runs save a checkpoint, exports are finished, everything else is cancelled. */
  'workspace.stopWork': { request: nothing, response: done },
  /** Work that closing the window or a crash has cut short, until it is dismissed. */
  'workspace.unfinished': { request: nothing, response: unfinishedWork },
  'workspace.dismissUnfinished': { request: nothing, response: done },
  /** Rows of the database that cannot be used and were left out so far, each in a sentence. */
  'workspace.problems': { request: nothing, response: z.object({ problems: z.array(z.string()) }) },
  /** What the home page shows besides lists that the window has anyway. It takes milliseconds, however many runs there are. */
  'workspace.overview': { request: nothing, response: overview },
  'doctor.run': { request: nothing, response: z.object({ checks: z.array(doctorCheck) }) },
  /** What the services know for a problem report, and the names that it must not contain. */
  'doctor.report': {
    request: nothing,
    response: z.object({
      sections: z.array(reportSection),
      names: z.array(z.string()),
      workspace: z.string(),
    }),
  },
  /** Event-loop delays of the engine over the last 6 to 12 seconds, for the tests and the status bar. */
  'engine.health': {
    request: nothing,
    response: z.object({
      eventLoopDelayP99Ms: z.number(),
      eventLoopDelayMaxMs: z.number(),
      rssBytes: z.number(),
    }),
  },
} as const
