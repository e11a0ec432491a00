/** The computers of a job: what they have, and which of them has which rank. */
import { StudioError } from '../../contract/errors.ts'
import { MAX_RANKS, type RankHost } from '../../contract/training.ts'

export interface Host {
  name: string
  /** How many ranks it may have. */
  slots: number
  /** For all of its ranks; null if nobody knows. */
  memoryBytes: number | null
  /** Bytes a second of all of its cores. */
  memoryBandwidth: number
  /** Bytes a second in each direction. */
  networkBandwidth: number
  /** Seconds until the first byte of a message arrives. */
  networkLatency: number
  /** Floating-point operations a second of all of its cores in matrix products. */
  flops: number
}

/** What is assumed of a host of which nothing is known: a small server in a 10 Gbit/s network. */
export const ORDINARY_HOST = {
  slots: 1,
  memoryBytes: null,
  memoryBandwidth: 20e9,
  networkBandwidth: 1.25e9,
  networkLatency: 50e-6,
  flops: 100e9,
} as const satisfies Omit<Host, 'name'>

/** The share of ORDINARY_HOST's matrix products that one core does. */
const FLOPS_OF_CORE = ORDINARY_HOST.flops / 4

/** A host with what was given of it, and otherwise what is assumed of one of which nothing is known. */
export function completeHost({ cores, ...given }: RankHost): Host {
  return { ...ORDINARY_HOST, ...(cores !== undefined && { flops: cores * FLOPS_OF_CORE }), ...given }
}

/** The names of this machine that need no network. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3})$/i
const MAX_NAME_LENGTH = 253
const LONGEST_QUOTE = 40

/** Of a word of a file, which may be of any length. */
const shortened = (word: string): string =>
  word.length > LONGEST_QUOTE ? `${word.slice(0, LONGEST_QUOTE)}…` : word

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
/** A number with a unit, such as 32GB, 10Gbit/s or 50us. */
const QUANTITY = /^(\d+(?:\.\d+)?)\s*([A-Za-z/]*)$/

const bytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}
const bytesPerSecond = {
  ...Object.fromEntries(Object.entries(bytes).map(([unit, factor]) => [`${unit}/s`, factor])),
  'Mbit/s': 1e6 / 8,
  'Gbit/s': 1e9 / 8,
}
const seconds = { us: 1e-6, ms: 1e-3, s: 1 }

interface HostSetting {
  field: keyof Omit<RankHost, 'name'>
  units: Readonly<Record<string, number>>
  example: string
}

const settings: Readonly<Record<string, HostSetting>> = {
  slots: { field: 'slots', units: { '': 1 }, example: '4' },
  cores: { field: 'cores', units: { '': 1 }, example: '8' },
  memory: { field: 'memoryBytes', units: bytes, example: '32GB' },
  'memory-bandwidth': { field: 'memoryBandwidth', units: bytesPerSecond, example: '20GB/s' },
  'network-bandwidth': { field: 'networkBandwidth', units: bytesPerSecond, example: '10Gbit/s' },
  'network-latency': { field: 'networkLatency', units: seconds, example: '50us' },
}

/** What is known of a host that need not exist: its settings in a file, and how fast it multiplies. */
const quantities: Readonly<Record<string, Omit<HostSetting, 'field'>>> = {
  ...settings,
  flops: { units: { 'GFLOP/s': 1e9, 'TFLOP/s': 1e12 }, example: '500GFLOP/s' },
}

/** The value of a host's setting in its base unit, such as `50us`. Throws InvalidArgument. */
export function hostQuantity(key: string, text: string): number {
  const setting = quantities[key]
  const value = setting ? quantity(text, setting.units) : null
  if (value !== null) return value
  throw new StudioError(
    'InvalidArgument',
    `${key} is ${text}, which cannot be read: write a value such as ${setting?.example ?? '1'}.`,
    { field: key },
  )
}

/**
 * Reads a file of hosts: a line is a name and settings such as `slots=4 memory=32GB`; # begins a comment. Throws
 * InvalidArgument with the row.
 */
export function parseHosts(text: string, file: string): RankHost[] {
  const hosts: RankHost[] = []
  for (const { name, words, row } of lines(text)) {
    const fail = (problem: string) => {
      throw new StudioError('InvalidArgument', `${file}, row ${row}: ${problem}`, { file, row })
    }
    if (!NAME.test(name) || name.length > MAX_NAME_LENGTH)
      fail(
        `${shortened(name)} is not the name of a host, which has at most ${MAX_NAME_LENGTH} letters, digits, dots and hyphens.`,
      )
    if (hosts.some((host) => host.name.toLowerCase() === name.toLowerCase()))
      fail(`the host ${name} is there already: give it more slots.`)
    const host: RankHost = { name, slots: 1 }
    const given = new Set<string>()
    for (const word of words) {
      const [key = '', value = ''] = word.split('=')
      const setting = Object.hasOwn(settings, key) ? settings[key] : undefined
      if (!setting) {
        fail(`${shortened(word)} is not a setting of a host; there are ${Object.keys(settings).join(', ')}.`)
        continue
      }
      const number = quantity(value, setting.units)
      if (number === null || ('' in setting.units && !Number.isSafeInteger(number)))
        fail(`${shortened(word)} cannot be read: write a value such as ${key}=${setting.example}.`)
      if (setting.field === 'slots' && (number ?? 0) > MAX_RANKS)
        fail(`${word} is more than the ${MAX_RANKS} ranks that a job has at most.`)
      if (given.has(key)) fail(`${key} is there twice: leave one out.`)
      given.add(key)
      host[setting.field] = number ?? 0
    }
    hosts.push(host)
  }
  if (hosts.length > 0) return hosts
  throw new StudioError('InvalidArgument', `${file} names no host: write a line such as "node1 slots=4".`, {
    file,
  })
}

/** In which row of a file of hosts each of them is. */
export const rowsOfHosts = (text: string): Map<string, number> =>
  new Map(lines(text).map(({ name, row }) => [name, row]))

function lines(text: string): { name: string; words: string[]; row: number }[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const [name, ...words] = line.replace(/#.*$/, '').trim().split(/\s+/)
    // Launchers and remote shells know this machine by one of its names only.
    return name ? [{ name: LOOPBACK.test(name) ? 'localhost' : name, words, row: index + 1 }] : []
  })
}

/** In the base unit; null if it is not one, or not above 0. */
function quantity(text: string, units: Readonly<Record<string, number>>): number | null {
  const [, digits, unit = ''] = QUANTITY.exec(text) ?? []
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  const value = digits === undefined || factor === undefined ? 0 : Number(digits) * factor
  return value > 0 ? value : null
}

/**
 * The host of each rank: hosts are filled in their order, as mpirun does. Throws InvalidArgument if they have too few
 * slots.
 */
export function hostsOfRanks(hosts: readonly Host[], ranks: number): Host[] {
  const slots = hosts.reduce((sum, host) => sum + host.slots, 0)
  if (slots < ranks) {
    throw new StudioError(
      'InvalidArgument',
      `The hosts have ${slots} slots for ${ranks} ranks: name more hosts, give them more slots, or start fewer ranks.`,
      { field: 'ranks' },
    )
  }
  return hosts.flatMap((host) => Array.from({ length: host.slots }, () => host)).slice(0, ranks)
}
