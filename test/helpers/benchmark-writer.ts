/** Stores benchmarks as fast as it can, and prints the id of each when it is stored: `node benchmark-writer.ts FILE`. */
import { writeSync } from 'node:fs'
import { openStudioDatabase } from '../../db/index.ts'
import { sampleReport } from './sample-report.ts'
import { sampleRun } from './sample-run.ts'

const database = openStudioDatabase(process.argv[2] ?? '')
for (;;) {
  const { id } = database.benchmarks.add({
    createdAt: new Date().toISOString(),
    origin: 'cli',
    machine: sampleRun().environment,
    report: sampleReport(),
  })
  writeSync(1, `${id}\n`)
}
