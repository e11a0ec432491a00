import { formatBytes } from '../../contract/quantities.ts'
import type { StoredRejectedRow } from '../../datasets/rejected-file.ts'
import { checkOutputFile } from '../output-file.ts'
import type { Command } from '../command.ts'
import { integer, table } from '../terminal.ts'

const DEFAULT_ROWS = 20
/** The characters of a row that are printed; --json and --csv have all of them. */
const SHOWN_CHARACTERS = 80

export const dataRejected: Command = {
  name: 'data rejected',
  summary: 'List the rows that the import of a dataset, or a failed import of that name, rejected.',
  positionals: [{ name: 'N', required: true }],
  options: {
    rows: { type: 'string', value: 'N', help: `how many rows to list (default ${DEFAULT_ROWS})` },
    csv: { type: 'string', value: 'FILE', help: 'write all of them to a CSV file instead' },
    force: { type: 'boolean', help: 'overwrite an existing file' },
  },
  async run({ services, options, positionals: [id = ''] }) {
    const out = options.text('csv')
    if (out !== undefined) {
      checkOutputFile(out, { force: options.flag('force') })
      const { path, bytes } = await services.datasets.exportRejected(id, out)
      return { json: { out: path, bytes }, text: `Wrote ${path}: ${formatBytes(bytes)}.` }
    }
    const limit = options.number('rows', { whole: true, min: 1 }) ?? DEFAULT_ROWS
    const rows: StoredRejectedRow[] = []
    let count = 0
    for await (const row of services.datasets.rejectedRows(id)) {
      if (++count <= limit) rows.push(row)
    }
    return { json: { count, rows }, text: listText(rows, count) }
  },
}

function listText(rows: StoredRejectedRow[], count: number): string {
  const lines = rows.map(({ file, row, byte, column, reason, text }) => [
    file,
    String(row),
    byte === null ? '–' : String(byte),
    column ?? '–',
    reason,
    text.slice(0, SHOWN_CHARACTERS),
  ])
  const more = count - rows.length
  return [
    table(['file', 'row', 'byte', 'column', 'reason', 'text'], lines),
    ...(more > 0 ? [`and ${integer(more)} more; --csv FILE writes all of them.`] : []),
  ].join('\n')
}
