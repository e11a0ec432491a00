/**
 * The workspaces that this person has opened in a window, each in a file of its own, so that several windows can write at
 * the same time and a damaged file costs one entry of a list.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFileSync } from './durable-file.ts'
import { readRegularFileSync } from './regular-file.ts'
import { sha256 } from './sha256.ts'
import { settingsFolder } from './user-folders.ts'
import { workspaceMarks } from './workspace.ts'

const MAX_BYTES = 64 * 1024
/** Those that were opened last; older ones are forgotten. */
const MAX_RECENT = 50
/** The disk of a workspace, such as one in the network, that does not answer within this time counts as missing. */
const ANSWER_MS = 1500

const entry = z.object({ path: z.string().min(1), openedAt: z.iso.datetime() })

export interface RecentWorkspace {
  /** Stands for the path in messages of the page, which names no path. */
  id: string
  path: string
  /** ISO 8601. */
  openedAt: string
}

export const workspaceId = (path: string): string => sha256(path).slice(0, 16)

const folder = (): string => join(settingsFolder(), 'workspaces')
const fileOf = (id: string): string => join(folder(), `${id}.json`)

/** The one that was opened last first. Entries that cannot be read are left out. */
export function recentWorkspaces(): RecentWorkspace[] {
  const names = existsSync(folder()) ? readdirSync(folder()) : []
  return names
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      try {
        const { path, openedAt } = entry.parse(
          JSON.parse(readRegularFileSync(join(folder(), name), MAX_BYTES).toString('utf8')),
        )
        const id = workspaceId(path)
        return name === `${id}.json` ? [{ id, path, openedAt }] : []
      } catch {
        return []
      }
    })
    .sort((a, b) => b.openedAt.localeCompare(a.openedAt))
}

/** Puts a workspace first. A list that cannot be written must not keep a workspace from being used. */
export function recordOpened(path: string, now = new Date()): void {
  try {
    mkdirSync(folder(), { recursive: true })
    replaceFileSync(fileOf(workspaceId(path)), JSON.stringify({ path, openedAt: now.toISOString() }))
    for (const { id } of recentWorkspaces().slice(MAX_RECENT)) forgetWorkspace(id)
  } catch {
    return
  }
}

/** Removes a workspace from the list only. */
export function forgetWorkspace(id: string): void {
  if (/^[0-9a-f]{16}$/.test(id)) rmSync(fileOf(id), { force: true })
}

/** Like isWorkspace, but waits only a moment for a disk that does not answer. */
export async function isThere(path: string): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ANSWER_MS).unref())
  const found = workspaceMarks(path).map((mark) =>
    stat(mark).then(
      () => true,
      () => false,
    ),
  )
  return Promise.race([late, Promise.all(found).then((each) => each.includes(true))])
}
