import type { StudioReader } from '../../db/index.ts'
import type { CalibrationService } from '../benchmark/calibration/calibration-service.ts'
import { listCalibrations } from '../benchmark/calibration/stored-calibrations.ts'
import type { HandlersOf } from './handlers.ts'

export function calibrationHandlers(
  database: StudioReader,
  service: CalibrationService,
): HandlersOf<'calibrations'> {
  return {
    'calibrations.list': () => ({ calibrations: listCalibrations(database) }),
    'calibrations.start': (subject) => service.start(subject),
    'calibrations.cancel': () => {
      service.cancel()
      return {}
    },
    'calibrations.current': () => ({ progress: service.current }),
  }
}
