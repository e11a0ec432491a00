/** The machine and versions of a measurement, so that it can be judged later and elsewhere. */
import { z } from 'zod'

const label = z.string().max(300)

export const machineFacts = z.object({
  appVersion: label,
  nodeVersion: label,
  platform: label,
  cpu: label,
  cores: z.int().min(1),
  /** The best instruction set that the processor has and the engine uses. */
  instructionSet: label,
  memoryBytes: z.number().min(0),
})
export type MachineFacts = z.infer<typeof machineFacts>
