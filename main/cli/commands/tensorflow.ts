/** The commands for the TensorFlow runtime, which `npm run setup:tensorflow` calls in a checkout. */
import { formatBytes } from '../../contract/quantities.ts'
import { resolve } from 'node:path'
import { tensorflowDevice, type TensorFlowDevice } from '../../contract/backends.ts'
import { toErrorData } from '../../contract/errors.ts'
import { setUpTensorFlow } from '../../training/backends/backend-service.ts'
import { buildBinding } from '../../training/backends/tensorflow/runtime/binding.ts'
import { findTensorFlow } from '../../training/backends/tensorflow/runtime/find-tensorflow.ts'
import { findGpus } from '../../training/backends/tensorflow/runtime/gpus.ts'
import { releaseOfThisMachine, removeTensorFlow } from '../../training/backends/tensorflow/runtime/install.ts'
import {
  ownRuntime,
  requireInstallation,
  requireRuntime,
} from '../../training/backends/tensorflow/runtime/installed.ts'
import { chooseFolder, chosenFolder } from '../../training/backends/tensorflow/runtime/own-folder.ts'
import { downloadBytes } from '../../training/backends/tensorflow/runtime/pinned.ts'
import {
  EXIT,
  UsageError,
  type Command,
  type Outcome,
  type OptionSpec,
  type OptionValues,
} from '../command.ts'
import { probeTensorFlow } from '../../training/backends/tensorflow/try-tensorflow.ts'

const device: OptionSpec = {
  type: 'string',
  choices: tensorflowDevice.options,
  help: 'the device that the libraries are for (default cpu)',
}

const chosenDevice = (options: OptionValues): TensorFlowDevice =>
  tensorflowDevice.default('cpu').parse(options.text('device'))

export const tensorflowInstall: Command = {
  name: 'tensorflow install',
  summary: 'Download the TensorFlow libraries for the backend tensorflow.',
  positionals: [],
  options: {
    device,
    wheel: {
      type: 'string',
      value: 'PATH',
      help: 'the wheel, or the folder of all wheels, if they cannot be downloaded',
    },
  },
  async run({ options, signal, progress, note }) {
    const release = releaseOfThisMachine(chosenDevice(options))
    const own = ownRuntime()
    if (own) {
      note(`${chosenFolder()?.by} names ${own.folder}: nothing to download`)
      await buildBinding(own.folder, signal)
      return { json: own, text: `TensorFlow is in ${own.folder}.` }
    }
    await describe(release.device, note)
    const folder = await setUpTensorFlow({
      device: release.device,
      wheels: options.text('wheel'),
      signal,
      report: (message, fraction) =>
        progress(fraction === null ? message : `${message} (${Math.round(fraction * 100)} %)`),
    })
    const runtime = requireInstallation(release.device)
    return { json: runtime, text: `TensorFlow is in ${folder}.` }
  },
}

/** What will be downloaded, and whether this machine can use it. */
async function describe(device: TensorFlowDevice, note: (line: string) => void): Promise<void> {
  const release = releaseOfThisMachine(device)
  const { wheels, unpackedBytes } = release
  const what =
    wheels.length === 1 ? wheels[0]?.fileName : `${wheels[0]?.fileName} and ${wheels.length - 1} of NVIDIA’s`
  note(
    `TensorFlow for the ${device.toUpperCase()}: ${what}, ${formatBytes(downloadBytes(release))} to download, ` +
      `${formatBytes(unpackedBytes)} on disk`,
  )
  if (device === 'cpu') return
  const gpus = await findGpus()
  if (gpus.length === 0) note('No NVIDIA GPU was found: TensorFlow will use the CPU')
  for (const { name, driver, driverProblem } of gpus)
    note(`${name}, driver ${driver}. ${driverProblem ?? ''}`.trim())
}

export const tensorflowStatus: Command = {
  name: 'tensorflow status',
  summary: 'Show whether TensorFlow is set up, and where.',
  positionals: [],
  options: { load: { type: 'boolean', help: 'load it and show the device it computes on' } },
  async run({ options }) {
    if (options.flag('load')) return loadedOutcome()
    const [gpus, found] = await Promise.all([findGpus(), findTensorFlow()])
    try {
      const { folder, device, record } = requireRuntime()
      const version = `${record?.version ?? 'of your own'}${device ? ` for the ${device.toUpperCase()}` : ''}`
      return {
        json: { installed: true, folder, device, record, gpus, found, reason: null },
        text: `TensorFlow ${version} in ${folder}.`,
      }
    } catch (error) {
      const { message } = toErrorData(error)
      return {
        json: { installed: false, folder: null, device: null, record: null, gpus, found, reason: message },
        text: found?.usable
          ? `${message} This machine’s Python has one: \`tensorflow use ${found.folder}\`.`
          : message,
        exitCode: EXIT.failed,
      }
    }
  },
}

function loadedOutcome(): Outcome {
  const { folder } = requireRuntime()
  const loaded = probeTensorFlow()
  return {
    json: { installed: true, folder, loaded },
    text: `TensorFlow ${loaded.version} in ${folder} computes on the ${loaded.device}.`,
  }
}

export const tensorflowUse: Command = {
  name: 'tensorflow use',
  summary: 'Use an existing TensorFlow, or go back to the installed one.',
  positionals: [{ name: 'FOLDER', required: false }],
  options: { installed: { type: 'boolean', help: 'use the TensorFlow that `tensorflow install` installed' } },
  async run({ positionals: [folder], options, signal, note }) {
    if (options.flag('installed') === (folder !== undefined))
      throw new UsageError('tensorflow use needs a FOLDER with the libraries of TensorFlow, or --installed.')
    if (folder === undefined) {
      await chooseFolder(null)
      return { json: { folder: null }, text: 'Now using the installed TensorFlow.' }
    }
    const chosen = resolve(folder)
    await chooseFolder(chosen)
    note('Compiling the binding')
    await buildBinding(chosen, signal)
    return { json: { folder: chosen }, text: `Now using the TensorFlow in ${chosen}.` }
  },
}

export const tensorflowRemove: Command = {
  name: 'tensorflow remove',
  summary: 'Remove the TensorFlow libraries and free their space.',
  positionals: [],
  options: { device },
  async run({ options }) {
    const removed = await removeTensorFlow(chosenDevice(options))
    return {
      json: { removed },
      text: removed ? 'TensorFlow was removed.' : 'There was no TensorFlow to remove.',
    }
  },
}
