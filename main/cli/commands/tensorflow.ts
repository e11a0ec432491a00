/** The TensorFlow runtime from a terminal: what `npm run setup:tensorflow` calls. */
import { toErrorData } from '../../contract/errors.ts'
import {
  installTensorFlow,
  removeTensorFlow,
  wheelOfThisMachine,
} from '../../training/backends/tensorflow/runtime/install.ts'
import { requireRuntime } from '../../training/backends/tensorflow/runtime/installed.ts'
import { EXIT, type Command } from '../command.ts'
import { byteSize } from '../terminal.ts'

export const tensorflowInstall: Command = {
  name: 'tensorflow install',
  summary: 'Fetch the TensorFlow libraries that the backend tensorflow trains with.',
  positionals: [],
  options: {
    wheel: { type: 'string', value: 'FILE', help: 'the wheel, where the download is impossible' },
  },
  async run({ options, signal, progress, note }) {
    const wheel = wheelOfThisMachine()
    note(
      `TensorFlow for the backend tensorflow: ${wheel.fileName}, ${byteSize(wheel.bytes)} to fetch, 0.9 GB on disk`,
    )
    const runtime = await installTensorFlow({
      wheelFile: options.text('wheel'),
      signal,
      report: (message, fraction) =>
        progress(fraction === null ? message : `${message} (${Math.round(fraction * 100)} %)`),
    })
    return { json: runtime, text: `TensorFlow is in ${runtime.folder}.` }
  },
}

export const tensorflowStatus: Command = {
  name: 'tensorflow status',
  summary: 'Say whether TensorFlow is set up, and where.',
  positionals: [],
  options: {},
  async run() {
    try {
      const runtime = requireRuntime()
      const version = runtime.record?.version ?? 'of your own'
      return {
        json: { installed: true, ...runtime, reason: null },
        text: `TensorFlow ${version} in ${runtime.folder}.`,
      }
    } catch (error) {
      const { message } = toErrorData(error)
      return {
        json: { installed: false, folder: null, record: null, reason: message },
        text: message,
        exitCode: EXIT.failed,
      }
    }
  },
}

export const tensorflowRemove: Command = {
  name: 'tensorflow remove',
  summary: 'Remove the TensorFlow libraries and free their space.',
  positionals: [],
  options: {},
  async run() {
    const removed = await removeTensorFlow()
    return {
      json: { removed },
      text: removed ? 'TensorFlow was removed.' : 'There was no TensorFlow to remove.',
    }
  },
}
