/** Opens a database of a former release, which changes it: `node migrating.ts FILE`. */
import { writeSync } from 'node:fs'
import { openStudioDatabase } from '../../db/index.ts'

writeSync(1, 'begun\n')
openStudioDatabase(process.argv[2] ?? '').close()
writeSync(1, 'done\n')
