import { formatBytes } from '../../contract/quantities.ts'
import type { TrashedItem } from '../../contract/trash.ts'
import { deleteFromTrash, findInTrash, listTrash, restoreFromTrash } from '../../upkeep/trash.ts'
import type { Command } from '../command.ts'
import type { Services } from '../services.ts'
import { table } from '../terminal.ts'

/** Says where a deleted item is, and how it comes back. */
export const movedToTrash = (services: Services, item: string): string =>
  `Moved ${item} to the trash. To restore it: ${services.commandLine(`trash restore ${item}`)}`

const bytesOf = (items: readonly TrashedItem[]): number => items.reduce((sum, { bytes }) => sum + bytes, 0)

export const trashList: Command = {
  name: 'trash list',
  summary: 'List the deleted runs, models and datasets, last deleted first, with the space they take.',
  positionals: [],
  options: {},
  async run({ services }) {
    const items = await listTrash(services)
    const bytes = bytesOf(items)
    const rows = items.map((item) => [item.kind, item.id, item.name, item.deletedAt, formatBytes(item.bytes)])
    return {
      json: { items, bytes },
      text: rows.length
        ? `${table(['kind', 'item', 'name', 'deleted', 'size'], rows)}\n\n${formatBytes(bytes)} in all.`
        : 'The trash is empty.',
    }
  },
}

export const trashRestore: Command = {
  name: 'trash restore',
  summary: 'Restore a deleted run, model or dataset, by its id in the trash or its name.',
  positionals: [{ name: 'ITEM', required: true }],
  options: {
    name: { type: 'string', value: 'N', help: 'another name for a dataset, if its own is in use by now' },
  },
  async run({ services, options, positionals: [text = ''] }) {
    const item = findInTrash(await listTrash(services), text)
    const name = options.text('name')
    await restoreFromTrash(services, item, name)
    return {
      json: { restored: item.kind === 'dataset' ? (name ?? item.name) : item.id, kind: item.kind },
      text: `Restored the ${item.kind} ${name ?? item.name}.`,
    }
  },
}

export const trashEmpty: Command = {
  name: 'trash empty',
  summary: 'Delete everything in the trash for good, or only the items named.',
  positionals: [{ name: 'ITEM', required: false, many: true }],
  options: {},
  async run({ services, signal, progress, positionals }) {
    const all = await listTrash(services)
    const items = positionals.length > 0 ? positionals.map((text) => findInTrash(all, text)) : all
    const deleted: TrashedItem[] = []
    for (const item of items) {
      if (signal.aborted) break
      progress(`Deleting ${item.name} (${deleted.length + 1} of ${items.length})`)
      await deleteFromTrash(services, item)
      deleted.push(item)
    }
    const bytes = bytesOf(deleted)
    const count = deleted.length === 1 ? '1 item' : `${deleted.length} items`
    return {
      json: { deleted: deleted.map(({ kind, id }) => ({ kind, id })), bytes },
      text: deleted.length ? `Deleted ${count} for good, ${formatBytes(bytes)}.` : 'The trash is empty.',
    }
  },
}
