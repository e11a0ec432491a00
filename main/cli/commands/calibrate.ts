import { calibrate as measure } from '../../benchmark/calibration/calibrate.ts'
import { saveCalibration } from '../../benchmark/calibration/stored-calibrations.ts'
import { calibrationSubject, disturbance } from '../../contract/calibration.ts'
import { defaultTrainingConfig } from '../../contract/training.ts'
import type { Command } from '../command.ts'
import { stepTimeOptions } from '../step-time.ts'

const { backend, precision } = stepTimeOptions

export const calibrate: Command = {
  name: 'calibrate',
  summary:
    'Measure this machine with small models, for up to a minute, to predict the times of training steps.',
  positionals: [],
  options: { ...(backend && { backend }), ...(precision && { precision }) },
  async run({ options, services, signal, progress }) {
    const subject = calibrationSubject.parse({
      backend: options.text('backend') ?? defaultTrainingConfig.backend,
      precision: options.text('precision') ?? defaultTrainingConfig.precision,
    })
    const measured = await measure(subject, {
      signal,
      onFraction: (fraction) => progress(`measuring: ${Math.round(100 * fraction)} %`),
    })
    const saved = saveCalibration(services.database, measured)
    const disturbed = disturbance(saved)
    return {
      json: saved,
      text:
        `Measured ${saved.backend} on the ${saved.device}, ${saved.precision}, ${saved.threads} threads. ` +
        `\`model check\` and the designer predict how long steps take.${disturbed ? ` ${disturbed}` : ''}`,
    }
  },
}
