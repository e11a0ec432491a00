import { formatBytes } from '../../contract/quantities.ts'
import { StudioError } from '../../contract/errors.ts'
import { exportRun } from '../../runs/export.ts'
import { UsageError, type Command } from '../command.ts'
import { checkOutputFile } from '../output-file.ts'

export const exportCommand: Command = {
  name: 'export',
  summary: "Write a run's metrics (csv) or its best parameters (safetensors) to a file.",
  positionals: [{ name: 'RUN', required: true }],
  options: {
    format: { type: 'string', choices: ['csv', 'safetensors', 'onnx'], help: 'what to write (required)' },
    out: { type: 'string', value: 'FILE', help: 'where to write it (required)' },
    force: { type: 'boolean', help: 'overwrite an existing file' },
  },
  async run({ services, options, positionals: [id = ''] }) {
    const format = options.text('format')
    const out = options.text('out')
    if (!out) throw new UsageError('export needs --out: the file to write.', 'out')
    if (format === 'onnx') {
      throw new StudioError('Unsupported', 'ONNX export is not supported yet: use safetensors.', {
        field: 'format',
      })
    }
    if (format !== 'csv' && format !== 'safetensors') {
      throw new UsageError('export needs --format csv or --format safetensors.', 'format')
    }
    checkOutputFile(out, { force: options.flag('force') })
    const written = await exportRun(services, { id, format, out })
    return { json: written, text: `Wrote ${written.path} (${formatBytes(written.bytes)}).` }
  },
}
