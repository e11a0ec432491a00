import { z } from 'zod'
import { fileHandle } from '../file-handles.ts'
import { upkeepProgress } from '../upkeep.ts'
import { done, nothing } from './shared.ts'

/** Backing up, restoring, checking and repairing the workspace. One of them runs at a time; events report its progress. */
export const upkeepRequests = {
  /** To a folder of backups, or to a file whose name ends in .tar. */
  'upkeep.backUp': {
    request: z.strictObject({ to: fileHandle('backUpWorkspace') }),
    response: upkeepProgress,
  },
  /** Into a new folder inside the chosen one. */
  'upkeep.restore': {
    request: z.strictObject({ from: fileHandle('restoreBackup'), to: fileHandle('restoreWorkspace') }),
    response: upkeepProgress,
  },
  'upkeep.check': { request: nothing, response: upkeepProgress },
  /** It is refused while a run is being trained or something is being imported. */
  'upkeep.repair': { request: nothing, response: upkeepProgress },
  'upkeep.cancel': { request: nothing, response: done },
  /** The last work of this session, and whether it is still running. */
  'upkeep.current': { request: nothing, response: z.object({ progress: upkeepProgress.nullable() }) },
} as const
