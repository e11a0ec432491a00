/** Updates of the app, of which the shell takes care and which the page shows. */
import { z } from 'zod'

/** What a newer version is. The notes are text, in which nothing is a link or code. */
const release = { version: z.string(), notes: z.string() }

export const updateState = z.discriminatedUnion('state', [
  /** This copy of the app does not update itself, and why. */
  z.object({ state: z.literal('unavailable'), reason: z.string() }),
  /** Nothing was looked for yet, or `checkedAt` (ISO 8601) says when no newer version was found. */
  z.object({ state: z.literal('idle'), checkedAt: z.string().nullable() }),
  z.object({ state: z.literal('checking') }),
  z.object({ state: z.literal('available'), ...release, bytes: z.int() }),
  /** `fraction` is from 0 to 1. */
  z.object({ state: z.literal('downloading'), ...release, fraction: z.number() }),
  /** It was downloaded and checked, and is being unpacked beside this version. */
  z.object({ state: z.literal('preparing'), ...release }),
  /** It can be installed by a new start. `waiting`: not while something runs, which would be cut short. */
  z.object({ state: z.literal('ready'), ...release, waiting: z.boolean() }),
  z.object({ state: z.literal('failed'), message: z.string() }),
])
export type UpdateState = z.infer<typeof updateState>

export const updateStatus = z.object({
  version: z.string(),
  /** Whether each start looks for a newer version. Otherwise the server is asked only when a person wants it. */
  automatic: z.boolean(),
  update: updateState,
})
export type UpdateStatus = z.infer<typeof updateStatus>

export const updateAction = z.enum([
  'status',
  'check',
  'download',
  'cancel',
  'install',
  'checkAtStart',
  'neverCheckAtStart',
])
export type UpdateAction = z.infer<typeof updateAction>
