import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openStudioDatabase } from '../../../db/index.ts'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import type { EngineEvent } from '../../contract/events.ts'
import { CalibrationService } from './calibration-service.ts'
import { listCalibrations, saveCalibration } from './stored-calibrations.ts'

const subject = { backend: 'native', precision: 'fp32' } as const

async function openService(busy: string | null = null) {
  const database = openStudioDatabase(join(await temporaryFolder(), 'studio.db'))
  const events: EngineEvent[] = []
  const service = new CalibrationService({ database, emit: (event) => events.push(event), busy: () => busy })
  return { database, events, service }
}

it('measures nothing while something else keeps the machine busy, and says what', async () => {
  const { service, events } = await openService('A run is training.')
  expect(() => service.start(subject)).toThrow('A run is training.')
  expect(events).toEqual([])
})

it('runs once at a time, and a cancelled one leaves nothing behind', async () => {
  const { service, database } = await openService()
  expect(service.start(subject)).toMatchObject({ state: 'running', fraction: 0 })
  expect(() => service.start(subject)).toThrow('already being measured')
  await service.close()
  expect(service.current).toMatchObject({ ...subject, state: 'cancelled', error: null })
  expect(listCalibrations(database)).toEqual([])
})

it('is kept for this machine, the last of each backend and precision', async () => {
  const { database } = await openService()
  const measured = { ...subject, threads: 2, device: 'CPU' as const, othersShare: 0, unitTimes: { step: 1 } }
  saveCalibration(database, measured)
  saveCalibration(database, { ...measured, unitTimes: { step: 2 } })
  saveCalibration(database, { ...measured, precision: 'bf16' })
  const kept = listCalibrations(database)
  expect(kept.map(({ precision, unitTimes }) => ({ precision, unitTimes }))).toEqual([
    { precision: 'fp32', unitTimes: { step: 2 } },
    { precision: 'bf16', unitTimes: { step: 1 } },
  ])
  const elsewhere = { ...kept[0], machine: { ...kept[0]!.machine, cpu: 'another' } }
  database.preferences.set('calibration native fp32', elsewhere)
  expect(listCalibrations(database)).toHaveLength(1)
})
