/** How this person wants numbers, dates and times to be written. The command line and files always have the defaults. */
import { computed, shallowRef } from 'vue'
import { defaultPersonSettings, type PersonSettings } from '../../main/contract/settings.ts'

export type Formats = Pick<PersonSettings, 'decimal' | 'thousands' | 'dates' | 'clock'>

export const formats = shallowRef<Formats>(defaultPersonSettings)
/** The language and region of the system's formats, such as de-AT. Undefined until the shell has said it. */
export const systemLocale = shallowRef<string | undefined>(undefined)

interface Signs {
  decimal: string
  group: string
}

/** A space at which no line is broken, and narrower than others. */
const THIN_SPACE = '\u202F'

const signs = computed<Signs>(() => {
  const { decimal, thousands } = formats.value
  if (decimal === 'system') return systemSigns()
  const own = decimal === 'comma' ? { decimal: ',', other: '.' } : { decimal: '.', other: ',' }
  return { decimal: own.decimal, group: { sign: own.other, space: THIN_SPACE, none: '' }[thousands] }
})

function systemSigns(): Signs {
  const parts = new Intl.NumberFormat(systemLocale.value).formatToParts(1_234_567.5)
  const signOf = (type: string, otherwise: string) =>
    parts.find((part) => part.type === type)?.value ?? otherwise
  return { decimal: signOf('decimal', '.'), group: signOf('group', '') }
}

/** Writes numbers such as 1,234.5 in a text of this window's own with the chosen signs. */
export function withChosenSigns(text: string): string {
  const { decimal, group } = signs.value
  if (decimal === '.' && group === ',') return text
  return text.replace(/(?<=\d)[.,](?=\d)/g, (sign) => (sign === '.' ? decimal : group))
}

/**
 * The number that a person typed, as the program writes numbers: 1,234.5 becomes 1234.5. Between groups of three digits
 * the chosen sign or a space is accepted. Text that is no number stays as it is.
 */
export function withoutChosenSigns(typed: string): string {
  const { decimal, group } = signs.value
  const plain = typed.trim()
  const separator = [...new Set([group, decimal === ',' ? '.' : ',', ' ', THIN_SPACE])]
    .filter((sign) => sign !== '' && sign !== decimal)
    .map((sign) => `\\${sign}`)
    .join('')
  const fraction = `(?:\\${decimal}\\d+)?`
  // A group that begins with 0 is none: 0.003 with a decimal comma is typed out of habit, and must not become 3.
  const grouped = new RegExp(`^[+-]?[1-9]\\d{0,2}(?:[${separator}]\\d{3})+${fraction}$`)
  const digits = grouped.test(plain) ? plain.replace(new RegExp(`[${separator}]`, 'g'), '') : plain
  return decimal === '.' ? digits : digits.replace(decimal, '.')
}

const named = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
/** Sweden writes dates as ISO 8601 does. */
const iso = new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' })

const day = computed(() => {
  const { dates } = formats.value
  if (dates === 'system') return new Intl.DateTimeFormat(systemLocale.value, { dateStyle: 'medium' })
  return dates === 'iso' ? iso : named
})

function clockWith(second: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { clock } = formats.value
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', ...second }
  if (clock === 'system') return new Intl.DateTimeFormat(systemLocale.value, { ...time, hour: 'numeric' })
  if (clock === '12h') return new Intl.DateTimeFormat('en-US', { ...time, hour: 'numeric', hourCycle: 'h12' })
  return new Intl.DateTimeFormat('en-GB', { ...time, hourCycle: 'h23' })
}
const minutes = computed(() => clockWith({}))
const seconds = computed(() => clockWith({ second: '2-digit' }))

/** Milliseconds since 1970 as the local date: 3 Nov 2026. */
export const dayText = (time: number): string => day.value.format(time)
/** As the local time of day to the minute: 21:05. */
export const minuteText = (time: number): string => minutes.value.format(time)
/** To the second: 21:05:09. */
export const secondText = (time: number): string => seconds.value.format(time)
