import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as IFlattenedRuleSet

const folder = mkdtempSync(join(tmpdir(), 'layers-'))
const files = {
  'main/model/pure.ts': "import '../contract/request.ts'",
  'main/contract/request.ts': 'export {}',
  'main/distributed/job.ts': "import '../training/loop.ts'\nimport '../runs/list.ts'",
  'main/training/loop.ts':
    "import '../contract/request.ts'\nimport '../../db/index.ts'\nimport '../platform/files.ts'",
  'main/platform/files.ts': "import '../datasets/sets.ts'",
  'main/datasets/sets.ts': "import '../training/loop.ts'",
  'main/serving/handlers.ts': "import '../training/loop.ts'",
  'db/index.ts': "import '../main/runs/list.ts'",
  'main/runs/list.ts': "import '../serving/handlers.ts'",
  'electron/main.ts': "import '../main/engine.ts'\nimport '../main/contract/request.ts'",
  'main/engine.ts': "import './serving/handlers.ts'",
  'renderer/App.ts': "import '../main/training/loop.ts'\nimport 'node:fs'",
  'renderer/ui/button.ts': "import '../features/runs/page.ts'",
  'renderer/features/runs/page.ts': "import '../models/shared/store.ts'\nimport '../models/page.ts'",
  'renderer/features/models/page.ts': "import '../../ui/field.ts'",
  'renderer/features/models/shared/store.ts': "import '../page.ts'",
  'renderer/ui/field.ts': 'export {}',
}

describe('the import layers', () => {
  let broken: string[]

  beforeAll(async () => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), `${text}\n`)
    }
    const result = await cruise(['.'], {
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden },
      tsPreCompilationDeps: true,
    })
    const { summary } = result.output as ICruiseResult
    broken = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    'model-is-the-bottom: main/model/pure.ts -> main/contract/request.ts',
    'db-is-a-leaf: db/index.ts -> main/runs/list.ts',
    'runs: main/runs/list.ts -> main/serving/handlers.ts',
    'distributed: main/distributed/job.ts -> main/runs/list.ts',
    'platform-under-all-services: main/platform/files.ts -> main/datasets/sets.ts',
    'datasets: main/datasets/sets.ts -> main/training/loop.ts',
    'shell-on-contract: electron/main.ts -> main/engine.ts',
    'window-on-contract-and-model: renderer/App.ts -> main/training/loop.ts',
    'no-node-in-pure-folders: renderer/App.ts -> fs',
    'window-ui: renderer/ui/button.ts -> renderer/features/runs/page.ts',
    'window-features: renderer/features/runs/page.ts -> renderer/features/models/page.ts',
    'window-shared-parts: renderer/features/models/shared/store.ts -> renderer/features/models/page.ts',
  ])('refuse %s', (violation) => {
    expect(broken).toContain(violation)
  })

  it.each([
    'main/distributed/job.ts -> main/training/loop.ts',
    'main/training/loop.ts -> main/contract/request.ts',
    'main/training/loop.ts -> db/index.ts',
    'main/training/loop.ts -> main/platform/files.ts',
    'main/serving/handlers.ts -> main/training/loop.ts',
    'electron/main.ts -> main/contract/request.ts',
    'renderer/features/runs/page.ts -> renderer/features/models/shared/store.ts',
    'renderer/features/models/page.ts -> renderer/ui/field.ts',
  ])('allow %s', (imported) => {
    expect(broken.filter((entry) => entry.endsWith(imported) && !entry.startsWith('no-circles'))).toEqual([])
  })
})
