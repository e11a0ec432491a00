import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const native = fileURLToPath(new URL('../../native/', import.meta.url))

/** For each module at the top of a crate, the others that it uses. `sources` are texts by their path under src/. */
function usesOf(sources: Map<string, string>): Map<string, Set<string>> {
  const uses = new Map<string, Set<string>>()
  for (const [path, text] of sources) {
    const name = path.replace(/\.rs$/, '').split(/[\\/]/)[0] ?? ''
    const used = uses.get(name) ?? new Set()
    uses.set(name, used)
    const [code = ''] = text.split('#[cfg(test)]\nmod tests')
    for (const [, one, several = ''] of code.matchAll(/\bcrate::(?:(\w+)|\{([^;]*)\})/g)) {
      for (const other of one === undefined ? several.split(',') : [one]) {
        used.add(/\w+/.exec(other)?.[0] ?? name)
      }
    }
    used.delete(name)
  }
  return uses
}

/** The modules that use themselves through others. */
function circular(sources: Map<string, string>): string[] {
  const uses = usesOf(sources)
  const reachable = (from: string) => {
    const reached = new Set<string>()
    const waiting = [from]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const used of uses.get(next) ?? []) {
        if (!reached.has(used)) waiting.push(used)
        reached.add(used)
      }
    }
    return reached
  }
  return [...uses.keys()].filter((name) => reachable(name).has(name)).toSorted()
}

const crates = new Set(globSync('*/src', { cwd: native }).map((path) => path.split(/[\\/]/)[0] ?? ''))

describe('the modules of a native crate', () => {
  it.each([...crates])('do not use each other in a circle in %s', (crate) => {
    const folder = `${native}${crate}/src/`
    const paths = globSync('**/*.rs', { cwd: folder })
    const sources = new Map(paths.map((path) => [path, readFileSync(folder + path, 'utf8')]))
    expect(sources.size).toBeGreaterThan(0)
    expect(circular(sources)).toEqual([])
  })

  it('are found where they do', () => {
    const sources = new Map([
      ['a.rs', 'use crate::b::B;\n'],
      ['b/mod.rs', 'mod inner;\n'],
      ['b/inner.rs', 'use crate::{d::D, c};\n'],
      ['c.rs', 'fn c() { crate::a::a() }\n'],
      ['d.rs', 'fn d() {}\n#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}\n'],
    ])
    expect(circular(sources)).toEqual(['a', 'b', 'c'])
  })
})
