/**
 * Every request that the engine answers: its name, the schema of its body and the schema of its answer. The engine checks
 * requests against these schemas; the renderer gets its types from them. What grows with use is asked for in pages.
 */
import type { z } from 'zod'
import { backendRequests } from './requests/backends.ts'
import { clusterRequests } from './requests/cluster.ts'
import { datasetRequests } from './requests/datasets.ts'
import { measurementRequests } from './requests/measurements.ts'
import { modelRequests } from './requests/models.ts'
import { runRequests } from './requests/runs.ts'
import { settingsRequests } from './requests/settings.ts'
import { trashRequests } from './requests/trash.ts'
import { upkeepRequests } from './requests/upkeep.ts'
import { workspaceRequests } from './requests/workspace.ts'

export const requests = {
  ...workspaceRequests,
  ...datasetRequests,
  ...modelRequests,
  ...runRequests,
  ...clusterRequests,
  ...measurementRequests,
  ...backendRequests,
  ...settingsRequests,
  ...trashRequests,
  ...upkeepRequests,
}

export type RequestName = keyof typeof requests
export type RequestOf<Name extends RequestName> = z.input<(typeof requests)[Name]['request']>
export type ResponseOf<Name extends RequestName> = z.infer<(typeof requests)[Name]['response']>

/** A larger request is refused before its schema is checked. */
export const MAX_REQUEST_BYTES = 16 * 1024 * 1024
