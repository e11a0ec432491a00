/** Copies a database before a new release changes its schema, so that the former release can still be used. */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isClaimAlive, newClaimName, parseClaim } from '../main/platform/claim-name.ts'
import { syncFileSync, syncFolderSync } from '../main/platform/durable-file.ts'
import { refuseLinks } from '../main/platform/workspace-links.ts'
import { Connection } from './connection.ts'
import { damaged } from './sqlite-errors.ts'

/** The folder in the workspace that has the copies. */
export const EARLIER_DATABASES = 'earlier-databases'
/** Copies beyond these are removed, the oldest first. */
const KEPT_COPIES = 3
const COPY = /^studio-schema-\d+-[\dTZ-]+\.db$/

/**
 * Copies the whole database, including what is in its log only, and checks the copy. Returns its path. Throws DiskFull,
 * Io, ReadOnly or Corrupt; there is no part of a copy then.
 */
export function copyBeforeMigration(connection: Connection, schema: number): string {
  const workspace = dirname(connection.file)
  const folder = join(workspace, EARLIER_DATABASES)
  refuseLinks(workspace, folder)
  connection.guard(() => mkdirSync(folder, { recursive: true }))
  removePartial(folder)
  const stamp = new Date().toISOString().replace(/\.\d+/, '').replaceAll(':', '-')
  const copy = join(folder, `studio-schema-${schema}-${stamp}.db`)
  const partial = join(folder, newClaimName('partial'))
  try {
    connection.run('VACUUM INTO :partial', { partial })
    requireWhole(partial)
    connection.guard(() => {
      syncFileSync(partial)
      renameSync(partial, copy)
      syncFolderSync(folder)
    })
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
  prune(folder)
  return copy
}

function requireWhole(copy: string): void {
  const connection = new Connection(copy)
  try {
    const finding = connection.pragma('integrity_check(1)')
    if (finding !== 'ok') throw damaged(copy, String(finding))
  } finally {
    connection.close()
  }
}

/** What a process that died has left of its copy. */
function removePartial(folder: string): void {
  for (const name of readdirSync(folder)) {
    const claim = parseClaim(name)
    if (claim && !isClaimAlive(claim)) rmSync(join(folder, name), { force: true })
  }
}

/** The names begin with the schema and then have the time, and schemas only grow, but their digits may. */
function prune(folder: string): void {
  const age = (name: string): string => name.replace(/^studio-schema-\d+-/, '')
  const copies = readdirSync(folder).filter((name) => COPY.test(name))
  const oldest = copies.toSorted((a, b) => age(a).localeCompare(age(b))).slice(0, -KEPT_COPIES)
  for (const name of oldest) rmSync(join(folder, name), { force: true })
}
