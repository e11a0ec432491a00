/** The calibrations that a workspace stores, which are the last of each backend and precision. */
import type { StudioDatabase, StudioReader } from '../../../db/index.ts'
import {
  calibration,
  calibrationSubject,
  type Calibration,
  type CalibrationSubject,
} from '../../contract/calibration.ts'
import { currentMachine } from '../../training/environment.ts'
import type { Measured } from './calibrate.ts'

const keyOf = ({ backend, precision }: CalibrationSubject) => `calibration ${backend} ${precision}`

/** Stores what this machine has just measured and replaces its previous measurement. */
export function saveCalibration(database: StudioDatabase, measured: Measured): Calibration {
  const saved = { ...measured, measuredAt: new Date().toISOString(), machine: currentMachine() }
  database.preferences.set(keyOf(measured), saved)
  return saved
}

/** The calibrations of this machine and this version of the engine. */
export function listCalibrations({ preferences }: StudioReader): Calibration[] {
  const { backend, precision } = calibrationSubject.shape
  return backend.options
    .flatMap((each) => precision.options.map((other) => ({ backend: each, precision: other })))
    .flatMap((subject) => calibration.safeParse(preferences.get(keyOf(subject))).data ?? [])
    .filter(isOfThisMachine)
}

/** Whether something was measured on this machine with this version of the engine. */
export function isOfThisMachine({ machine }: Pick<Calibration, 'machine'>): boolean {
  const { cpu, cores, instructionSet, appVersion } = currentMachine()
  return (
    machine.cpu === cpu &&
    machine.cores === cores &&
    machine.instructionSet === instructionSet &&
    machine.appVersion === appVersion
  )
}
