/** The cores that are assumed where this machine was not measured: those of a machine that `cluster rehearse` measured. */
import type { KnownMachine } from './machine.ts'
import measured from './reference-machine.json' with { type: 'json' }

export const REFERENCE_NAME = 'an AMD EPYC with AVX-512'

export const REFERENCE_MACHINE: KnownMachine = measured
