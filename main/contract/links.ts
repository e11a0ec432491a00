/**
 * Links that lead into the app from outside: from notes, mails and other programs. A link names a place to show and
 * nothing else. It has no parameters, so it can start, change or delete nothing.
 */
import { z } from 'zod'
import { MAX_NAME_LENGTH } from '../model/kinds/schema.ts'
import { isPlainName } from './plain-name.ts'
import { quoted } from './printable.ts'

export const LINK_SCHEME = 'dlrm-studio'
/** Longer ones are refused unread. Names of 200 characters fit, whatever they are encoded as. */
const MAX_LINK_LENGTH = 4096

/** The pages that a link can show, by the name in the link. */
export const linkPage = z.enum([
  'home',
  'quick-start',
  'datasets',
  'import',
  'models',
  'runs',
  'new-run',
  'compare',
  'benchmark',
  'cluster',
  'settings',
])
export type LinkPage = z.infer<typeof linkPage>

const plainName = z.string().refine(isPlainName)
/** A model's name is no part of a path, so it may have a slash; it has no control characters. */
const modelName = z
  .string()
  .min(1)
  .max(MAX_NAME_LENGTH)
  .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/)

export const linkTarget = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('run'), name: plainName }),
  z.strictObject({ to: z.literal('dataset'), name: plainName }),
  z.strictObject({ to: z.literal('model'), name: modelName }),
  z.strictObject({ to: z.literal('page'), name: linkPage }),
])
export type LinkTarget = z.infer<typeof linkTarget>

const EXAMPLES = ['run/ID', 'model/NAME', 'dataset/NAME', 'page/NAME']
  .map((path) => `${LINK_SCHEME}://${path}`)
  .join(', ')

/** Whether a text claims to be a link of this app, of whatever form. */
export const isOwnLink = (text: string): boolean => text.toLowerCase().startsWith(`${LINK_SCHEME}:`)

/** The link that leads to a place. */
export const linkTo = ({ to, name }: LinkTarget): string =>
  `${LINK_SCHEME}://${to}/${encodeURIComponent(name)}`

/** What a link leads to, or a sentence that says why it leads nowhere. */
export function parseLink(text: string): LinkTarget | { refused: string } {
  if (text.length > MAX_LINK_LENGTH)
    return { refused: `The link is longer than ${MAX_LINK_LENGTH.toLocaleString('en')} characters.` }
  const refused = (why: string) => ({ refused: `${quoted(text)} ${why}` })
  if (!isOwnLink(text))
    return refused(`is not a link of DLRM Studio, which begins with ${LINK_SCHEME}://. Nothing was opened.`)
  // Some programs write the part behind the slashes in lower case, as they do with a host's name.
  const [, to = '', encoded = ''] = /^[a-z-]+:\/\/([a-z]+)\/([^/?#\\]+)$/i.exec(text) ?? []
  const name = decoded(encoded)
  if (to === '' || name === null) return refused(`leads nowhere. Links have one of the forms ${EXAMPLES}.`)
  if (to.toLowerCase() === 'page' && !linkPage.safeParse(name).success)
    return refused(`names no page. A link can lead to the pages ${linkPage.options.join(', ')}.`)
  const target = linkTarget.safeParse({ to: to.toLowerCase(), name })
  return target.success ? target.data : refused(`leads nowhere. Links have one of the forms ${EXAMPLES}.`)
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
