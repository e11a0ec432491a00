/** Trains a run in this process, without an owner. */
import type { TrainerMessage } from '../../main/training/protocol.ts'
import { RunControl } from '../../main/training/run-control.ts'
import { trainJob } from '../../main/training/train-job.ts'
import { datasetFolders } from '../../main/datasets/workspace-folders.ts'
import { requireDataset } from '../../main/datasets/catalogue.ts'
import type { SmallTraining } from './small-training.ts'

export interface Trained {
  outcome: 'completed' | 'stopped'
  messages: TrainerMessage[]
  /** Values by series and step. */
  points: Record<string, number>
}

export interface TrainHereOptions {
  /** The run's id, if it is not RUN. */
  run?: string
  resume?: boolean
  initialParameters?: string
  /** Receives each message when it is sent, and may control the run. */
  onMessage?: (message: TrainerMessage, control: RunControl) => void
}

export const RUN = 'r-20260101-test'

export async function trainHere(
  { workspace, dataset, manifest, model, config }: SmallTraining,
  { run = RUN, resume = false, initialParameters, onMessage = () => undefined }: TrainHereOptions = {},
): Promise<Trained> {
  const control = new RunControl()
  const messages: TrainerMessage[] = []
  const outcome = await trainJob(
    {
      run,
      workspace,
      datasetFolder: requireDataset(datasetFolders(workspace), dataset),
      datasetHash: manifest.hash,
      model,
      config,
      initialParameters: initialParameters ?? null,
      resume,
    },
    {
      control,
      send: (message) => {
        // Copies the message as the channel to an owner does, so that it does not change any more.
        messages.push(structuredClone(message))
        onMessage(message, control)
      },
      onReporter: () => undefined,
    },
  )
  const points = messages.flatMap((message) => ('points' in message ? message.points : []))
  return {
    outcome,
    messages,
    points: Object.fromEntries(points.map(({ series, step, value }) => [`${series} ${step}`, value])),
  }
}

/** The results of the finished epochs. */
export function epochsOf({ messages }: Trained) {
  return messages.flatMap((message) => (message.kind === 'epoch' ? [message] : []))
}
