/** The signed description of a release, which the update server has beside its files. */
import { createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { StudioError } from '../../main/contract/errors.ts'
import { readRegularFileSync } from '../../main/platform/regular-file.ts'

/** A description with its notes is not larger than this, in characters. */
export const MAX_RELEASE_LENGTH = 100_000

/** What a build says about its updates: where they are, and the key with which their descriptions are signed. */
const feed = z.object({
  url: z.url(),
  channel: z.string().regex(/^[a-z]{1,20}$/),
  /** Ed25519, as SPKI in base64. */
  publicKey: z.string(),
  /** The names of the publisher in the Windows certificate with which installers are signed. */
  windowsPublishers: z.array(z.string()).optional(),
})
export type Feed = z.infer<typeof feed>

const version = z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/)

export const release = z.object({
  product: z.literal('dlrm-studio'),
  channel: z.string(),
  platform: z.string(),
  arch: z.string(),
  version,
  date: z.iso.datetime(),
  notes: z.string().max(50_000),
  /** The share of installations, from 0 to 100, that are offered it. Everybody if it is left out. */
  stagingPercentage: z.number().min(0).max(100).optional(),
  files: z
    .array(
      z.object({
        /** Beside the description on the server. */
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/),
        /** In base64. */
        sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
        bytes: z.int().positive(),
      }),
    )
    .min(1)
    .max(20),
})
export type Release = z.infer<typeof release>

/** null if the build has none, as in development. */
export function readFeed(file: string): Feed | null {
  try {
    const read = feed.parse(JSON.parse(readRegularFileSync(file, MAX_RELEASE_LENGTH).toString('utf8')))
    return isSafe(new URL(read.url)) ? read : null
  } catch {
    return null
  }
}

/** A server of this machine needs no encryption; the tests have one. */
const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname))

/** The name of the description for one kind of machine. Its signature has `.sig` after it. */
export const releaseName = ({ channel }: Pick<Feed, 'channel'>, platform: string, arch: string): string =>
  `${channel}-${platform}-${arch}.json`

/**
 * Reads a description after its signature (Ed25519, in base64) has been checked. Throws Corrupt for one that was not signed
 * with the build's key, or is of another product, channel or machine.
 */
export function readRelease(
  text: string,
  signature: string,
  { publicKey, channel }: Feed,
  machine: { platform: string; arch: string },
): Release {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  if (!verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature.trim(), 'base64'))) {
    throw new StudioError(
      'Corrupt',
      'The update’s description is not signed by the makers of this app, so it was not used. Nothing was changed.',
    )
  }
  const read = release.safeParse(JSON.parse(text)).data
  if (!read || read.channel !== channel || read.platform !== machine.platform || read.arch !== machine.arch) {
    throw new StudioError(
      'Corrupt',
      'The update’s description is not for this app and machine, so it was not used.',
    )
  }
  return read
}
