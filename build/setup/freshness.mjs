import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fromRoot, root } from './paths.mjs'

const stampFile = (product) => fromRoot('dist', '.stamps', product)

/**
 * A hash of the path, size and time of every file under the given files and folders (relative to the root). It takes a
 * few hundred stat calls, so a start that has nothing to build loses only a few milliseconds.
 */
export function fingerprint(sources, { folder = root, skip = [] } = {}) {
  const hash = createHash('sha256')
  const visit = (path) => {
    const stat = statSync(join(folder, path), { throwIfNoEntry: false })
    if (!stat) hash.update(`${path} absent\n`)
    else if (stat.isDirectory()) {
      for (const name of readdirSync(join(folder, path)).sort()) {
        if (!skip.includes(name) && !name.endsWith('.spec.ts')) visit(join(path, name))
      }
    } else hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`)
  }
  sources.forEach(visit)
  return hash.digest('hex')
}

/** Whether the product was last built from exactly these sources and its outputs still exist. */
export function isFresh(product, print, outputs) {
  try {
    return (
      readFileSync(stampFile(product), 'utf8') === print && outputs.every((path) => statSync(path).isFile())
    )
  } catch {
    return false
  }
}

export function recordFresh(product, print) {
  writeAtomically(stampFile(product), print)
}

/** Readers see the old or the new content, never a part of it. */
export function writeAtomically(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}
