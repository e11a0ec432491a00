/** The settings of the person, which all windows on this machine have. */
import { defaultPersonSettings, type PersonSettings } from '../../../../main/contract/settings.ts'
import type { useSettings } from '../../../platform/settings-store.ts'
import type { SelectOption } from '../../../ui/form-field.ts'
import { threadsField } from '../../new-run/shared/training-fields.ts'
import type { Setting, SettingSection } from './setting.ts'

type Choices = {
  [Key in keyof PersonSettings]: PersonSettings[Key] extends string ? Key : never
}[keyof PersonSettings]

interface Choice {
  section: SettingSection
  name: string
  hint: string
  words: string
  options: readonly SelectOption[]
}

const choices: Record<Choices, Choice> = {
  theme: {
    section: 'appearance',
    name: 'Theme',
    hint: 'Light or dark colours.',
    words: 'appearance colours dark light mode',
    options: [
      { value: 'system', text: 'Match system' },
      { value: 'light', text: 'Light' },
      { value: 'dark', text: 'Dark' },
    ],
  },
  density: {
    section: 'appearance',
    name: 'Density',
    hint: 'Compact tables, forms and pages show more at once.',
    words: 'appearance compact comfortable spacing rows size',
    options: [
      { value: 'comfortable', text: 'Comfortable' },
      { value: 'compact', text: 'Compact' },
    ],
  },
  decimal: {
    section: 'formats',
    name: 'Decimal sign',
    hint: 'In the window, for reading and typing. Files and the command line always have a point.',
    words: 'number format locale comma point',
    options: [
      { value: 'point', text: '0.5' },
      { value: 'comma', text: '0,5' },
      { value: 'system', text: 'Match system' },
    ],
  },
  thousands: {
    section: 'formats',
    name: 'Thousands',
    hint: 'What stands between groups of three digits, unless the system decides.',
    words: 'number format locale separator group digits',
    options: [
      { value: 'sign', text: 'Comma or point' },
      { value: 'space', text: 'Space' },
      { value: 'none', text: 'Nothing' },
    ],
  },
  dates: {
    section: 'formats',
    name: 'Dates',
    hint: 'How days are written.',
    words: 'date format locale iso 8601',
    options: [
      { value: 'named', text: '3 Nov 2026' },
      { value: 'iso', text: '2026-11-03' },
      { value: 'system', text: 'Match system' },
    ],
  },
  clock: {
    section: 'formats',
    name: 'Clock',
    hint: 'How times of day are written.',
    words: 'time format locale hours am pm',
    options: [
      { value: '24h', text: '24 hours' },
      { value: '12h', text: '12 hours' },
      { value: 'system', text: 'Match system' },
    ],
  },
  notifications: {
    section: 'notifications',
    name: 'Desktop notifications',
    hint: 'When a run, an import or a benchmark ends.',
    words: 'alerts messages finished background quiet',
    options: [
      { value: 'always', text: 'On' },
      { value: 'background', text: 'Only in the background' },
      { value: 'off', text: 'Off' },
    ],
  },
}

export function personSettingList(store: ReturnType<typeof useSettings>): Setting[] {
  const stored = <Key extends keyof PersonSettings>(key: Key) => ({
    key,
    value: store.person[key],
    isDefault: store.person[key] === defaultPersonSettings[key],
    change: (value: unknown) => store.changePerson({ [key]: value }),
    reset: () => store.changePerson({ [key]: defaultPersonSettings[key] }),
  })
  return [
    ...(Object.keys(choices) as Choices[]).map((key): Setting => {
      const { section, words, ...texts } = choices[key]
      return { ...stored(key), section, words, field: { ...texts, path: key, control: 'choice' } }
    }),
    {
      ...stored('threads'),
      section: 'runs',
      words: 'cores cpu processor parallel machine',
      field: { ...threadsField, hint: 'Of this machine, for all workspaces. Losses do not depend on it.' },
    },
  ]
}
