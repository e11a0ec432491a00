/** The entry point of the process that a check starts on a host: it prints what the host has for a job. */
import { reportHere } from './host-report.ts'
import { messageLine } from './lines.ts'

const [workspace = '', dataset = ''] = process.argv.slice(2)
process.stdout.write(messageLine(await reportHere(workspace, dataset === '' ? null : dataset)))
