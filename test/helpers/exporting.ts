/** Exports a run in both formats: `node exporting.ts WORKSPACE RUN FOLDER`, which gets out.csv and out.safetensors. */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { openStudioDatabase } from '../../db/index.ts'
import { exportRun } from '../../main/runs/export.ts'

const [workspace = '', id = '', folder = ''] = process.argv.slice(2)
const database = openStudioDatabase(join(workspace, 'studio.db'))
writeSync(1, 'begun\n')
for (const format of ['csv', 'safetensors'] as const)
  await exportRun({ workspace, database }, { id, format, out: join(folder, `out.${format}`) })
database.close()
