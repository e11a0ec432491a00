import { z } from 'zod'
import { readPurpose, writePurpose } from '../../main/contract/file-handles.ts'

/** The only IPC channel; both directions. */
export const CHANNEL = 'studio'

const text = z.string().max(4096)

/** What the preload script may ask of the shell. A request's body is the engine's to check. */
export const shellMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('request'), name: z.string().max(100), body: z.unknown() }),
  z.strictObject({
    kind: z.literal('chooseFiles'),
    purpose: readPurpose,
    title: text,
    many: z.boolean(),
    extensions: z.array(z.string().regex(/^[A-Za-z0-9*]{1,20}$/)).max(50),
  }),
  z.strictObject({
    kind: z.literal('chooseSavePath'),
    purpose: writePurpose,
    title: text,
    suggestedName: text,
  }),
  z.strictObject({ kind: z.literal('chooseFoundTensorFlow') }),
  /** The preload script has the paths from the system itself; the page has no say in them. */
  z.strictObject({ kind: z.literal('chooseDropped'), paths: z.array(text.min(1)).min(1).max(1000) }),
  z.strictObject({ kind: z.literal('notify'), title: z.string().max(200), text: z.string().max(500) }),
  z.strictObject({ kind: z.literal('openExternal'), url: text }),
])
export type ShellMessage = z.infer<typeof shellMessage>
export type MessageOf<Kind extends ShellMessage['kind']> = Extract<ShellMessage, { kind: Kind }>
