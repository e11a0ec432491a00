import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fromRoot } from '../setup/paths.mjs'

/** The folders of the npm packages that contain these files, each once. Files of the project itself have none. */
export function packagesOf(files) {
  const folders = files.map(
    (file) => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)?.[1],
  )
  return [...new Set(folders)].filter(
    (folder) => folder !== undefined && existsSync(join(folder, 'package.json')),
  )
}

/** The folders of the npm packages of which code is in these bundles of dist/, as their source maps say. */
export function packagesInBundles(names) {
  const files = names.flatMap((name) => {
    const map = fromRoot('dist', `${name}.map`)
    return JSON.parse(readFileSync(map, 'utf8')).sources.map((source) => resolve(dirname(map), source))
  })
  return packagesOf(files)
}

/** The folders of the npm packages of which code is in the window's pages, as Vite has listed them. */
export const packagesInWindow = () =>
  packagesOf(JSON.parse(readFileSync(fromRoot('dist', 'renderer-modules.json'), 'utf8')))
