/**
 * Writes epochs to a run as fast as it can until it is killed: `node database-writer.ts FILE RUN`. Prints the number of
 * each epoch after the database has confirmed that it is stored.
 */
import { writeSync } from 'node:fs'
import { openStudioDatabase } from '../../db/index.ts'

const [file = '', run = ''] = process.argv.slice(2)
const database = openStudioDatabase(file)
for (let epoch = database.epochs.list(run).length + 1; ; epoch++) {
  const points = Array.from({ length: 50 }, (_, index) => ({
    series: 'train/loss',
    step: epoch * 50 + index,
    epoch,
    value: 1 / epoch,
    elapsedMs: epoch,
  }))
  database.saveEpoch(run, {
    points,
    lines: [{ at: new Date().toISOString(), level: 'info', message: `epoch ${epoch}` }],
    result: { epoch, trainLoss: 1 / epoch, validation: null, test: null, durationMs: 1 },
    checkpoint: {
      saved: {
        step: epoch,
        epoch,
        kind: 'last',
        path: `checkpoints/${run}/${epoch}.safetensors`,
        bytes: 1,
        sha256: '00',
        createdAt: new Date().toISOString(),
      },
      removed: [`checkpoints/${run}/${epoch - 1}.safetensors`],
    },
  })
  writeSync(1, `${epoch}\n`)
}
