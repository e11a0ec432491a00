import { formatBytes, formatDuration } from '../../contract/quantities.ts'
import type { DoctorCheck } from '../../contract/workspace.ts'
import { maximumOf } from '../../model/extremes.ts'
import { createBackup } from '../../upkeep/backup/create-backup.ts'
import { placeBeside, restoreBackup, verifyBackup } from '../../upkeep/backup/restore-backup.ts'
import { checkWorkspace } from '../../upkeep/check/check-workspace.ts'
import { repairWorkspace } from '../../upkeep/repair/repair-workspace.ts'
import type { Work } from '../../upkeep/work.ts'
import { EXIT, UsageError, type Command, type Invocation } from '../command.ts'
import { integer } from '../terminal.ts'

/** Shows the progress of long work as a line, and cancels it when the command is interrupted. */
export const workOf = ({ signal, progress }: Pick<Invocation, 'signal' | 'progress'>): Work => ({
  signal,
  report: (fraction, message) => progress(`${message} (${Math.round(fraction * 100)} %)`),
})

/** One line a check, with the remedy below it. */
export function checksAsText(checks: readonly DoctorCheck[]): string {
  const width = maximumOf(checks.map(({ name }) => name.length))
  const lines = checks.flatMap(({ name, ok, found, remedy }) => [
    `${ok ? '✓' : '✗'} ${name.padEnd(width)}  ${found}`,
    ...(remedy ? [`  ${' '.repeat(width)}  → ${remedy}`] : []),
  ])
  return lines.join('\n')
}

export const workspaceBackup: Command = {
  name: 'workspace backup',
  summary: 'Back up the workspace while it is in use: database, datasets, models, checkpoints, trash.',
  positionals: [],
  options: {
    to: {
      type: 'string',
      value: 'DIR|FILE',
      help: 'a folder of backups, in which unchanged files are stored once, or one file ending in .tar (required)',
    },
    force: { type: 'boolean', help: 'replace an existing file' },
  },
  async run(invocation) {
    const { services, options, note } = invocation
    const to = options.text('to')
    if (!to) throw new UsageError('workspace backup needs --to: a folder, or a file ending in .tar.', 'to')
    const request = { workspace: services.workspacePath, to, replace: options.flag('force') }
    const outcome = await createBackup(request, workOf(invocation))
    if (outcome.sameDisk)
      note('Note: the backup is on the same disk as the workspace, and would be lost with it.')
    for (const { path, why } of outcome.leftOut) note(`Note: ${path} was left out: ${why}.`)
    for (const problem of outcome.problems) note(`Warning: ${problem}`)
    const { backup, files, bytes, reused, durationMs } = outcome
    const shared = reused > 0 ? `, ${integer(reused)} of them unchanged since the last backup` : ''
    return {
      json: outcome,
      text: `Backed up ${integer(files)} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}${shared}, to ${backup} in ${formatDuration(durationMs)}.`,
    }
  },
}

export const workspaceRestore: Command = {
  name: 'workspace restore',
  summary: 'Restore a backup into an empty folder, by default beside the workspace and never over it.',
  positionals: [{ name: 'BACKUP', required: true }],
  options: {
    to: {
      type: 'string',
      value: 'DIR',
      help: 'an empty or new folder (default: beside the workspace, named after it and the day)',
    },
  },
  async run(invocation) {
    const { services, options, note, positionals } = invocation
    const [from = ''] = positionals
    const to = options.text('to') ?? placeBeside(services.workspacePath)
    const outcome = await restoreBackup({ from, to }, workOf(invocation))
    for (const problem of outcome.problems) note(`Warning: ${problem}`)
    const { createdAt, files, bytes } = outcome
    return {
      json: outcome,
      text: `Restored ${integer(files)} files, ${formatBytes(bytes)}, of the backup made ${createdAt} to ${to}. Open it with --workspace ${to}.`,
    }
  },
}

export const workspaceCheck: Command = {
  name: 'workspace check',
  summary: 'Check the workspace for damage: database, row checksums, datasets, checkpoints, predictions.',
  positionals: [],
  options: {
    backup: { type: 'string', value: 'DIR|FILE', help: 'check every checksum of a backup instead' },
  },
  async run(invocation) {
    const { services, options } = invocation
    const backup = options.text('backup')
    if (backup !== undefined) {
      const outcome = await verifyBackup(backup, workOf(invocation))
      const { files, bytes, createdAt } = outcome
      return {
        json: outcome,
        text: `The backup made ${createdAt} is whole: ${integer(files)} files, ${formatBytes(bytes)}.`,
      }
    }
    const checks = await checkWorkspace(services.workspacePath, workOf(invocation))
    const ok = checks.every((check) => check.ok)
    return {
      json: { checks, ok },
      text: checks.length > 0 ? checksAsText(checks) : `There is no workspace ${services.workspacePath} yet.`,
      exitCode: ok ? EXIT.done : EXIT.failed,
    }
  },
}

export const workspaceRepair: Command = {
  name: 'workspace repair',
  summary: 'Keep what can be kept of a damaged workspace, and move the rest into its folder quarantine.',
  positionals: [],
  options: {},
  async run(invocation) {
    const { services } = invocation
    const outcome = await repairWorkspace({ workspace: services.workspacePath }, workOf(invocation))
    const { kept, moved, quarantine, remaining } = outcome
    const lines = [
      ...kept,
      ...moved.map(({ path, why }) => `Moved ${path}: ${why}`),
      ...(quarantine ? [`What was moved is in ${quarantine}, with a list in list.json.`] : []),
      ...remaining.map((sentence) => `Not repaired: ${sentence}`),
    ]
    return {
      json: outcome,
      text: lines.length > 0 ? lines.join('\n') : 'Nothing had to be repaired.',
      exitCode: remaining.length > 0 ? EXIT.failed : EXIT.done,
    }
  },
}
