import { z } from 'zod'
import { closingAnswer } from '../../main/contract/closing.ts'
import { folderPurpose, readPurpose, savePurpose } from '../../main/contract/file-handles.ts'
import { workspaceActions } from '../../main/contract/workspaces.ts'
import { updateAction } from '../../main/contract/updates.ts'
import { MAX_REPORT_LENGTH } from '../../main/contract/problem-report.ts'

/** The only IPC channel, used in both directions. */
export const CHANNEL = 'studio'

const text = z.string().max(4096)

/** The messages that the preload script may send to the shell. The engine checks a request's body. */
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
    purpose: savePurpose,
    title: text,
    suggestedName: text,
  }),
  z.strictObject({ kind: z.literal('chooseFolder'), purpose: folderPurpose, title: text }),
  z.strictObject({ kind: z.literal('chooseFoundTensorFlow') }),
  /** The preload script gets the paths from the system itself, so the page cannot influence them. */
  z.strictObject({ kind: z.literal('chooseDropped'), paths: z.array(text.min(1)).min(1).max(1000) }),
  z.strictObject({ kind: z.literal('notify'), title: z.string().max(200), text: z.string().max(500) }),
  z.strictObject({ kind: z.literal('openExternal'), url: text }),
  z.strictObject({ kind: z.literal('updates'), action: updateAction }),
  z.strictObject({ kind: z.literal('problemReport') }),
  z.strictObject({ kind: z.literal('saveReport'), text: z.string().max(MAX_REPORT_LENGTH) }),
  z.strictObject({ kind: z.literal('answerClosing'), answer: closingAnswer }),
  z.strictObject({ kind: z.literal('workspaces') }),
  z.strictObject({
    kind: z.literal('workspaceAction'),
    action: z.enum(workspaceActions),
    id: z.string().max(100).optional(),
  }),
  z.strictObject({ kind: z.literal('systemLocale') }),
])
export type ShellMessage = z.infer<typeof shellMessage>
export type MessageOf<Kind extends ShellMessage['kind']> = Extract<ShellMessage, { kind: Kind }>
