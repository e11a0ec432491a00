import { computed } from 'vue'
import type { Router } from 'vue-router'
import { plainNumber } from '../../../platform/number-text.ts'
import { useSettings } from '../../../platform/settings-store.ts'
import type { Command } from '../../../ui/commands.ts'
import { personSettingList } from './person-settings.ts'
import type { Setting } from './setting.ts'
import { trainingSettingList } from './training-settings.ts'

/** Every setting, with its present value. */
export function useSettingList() {
  const store = useSettings()
  return computed<Setting[]>(() => [...personSettingList(store), ...trainingSettingList(store)])
}

/** Goes to each setting, or chooses one of its values at once. The palette has names of its own for the themes. */
export function settingCommands(settings: readonly Setting[], router: Router): Command[] {
  return settings.flatMap((setting) => {
    const { key, field, words } = setting
    const going: Command = {
      id: `setting ${key}`,
      name: `Settings: ${field.name}`,
      kind: 'Setting',
      note: valueText(setting),
      words,
      run: () => router.push({ path: '/settings', query: { show: key } }),
    }
    if (field.control !== 'choice' || key === 'theme' || setting.section === 'runs') return [going]
    const others = field.options.filter(({ value }) => value !== setting.value)
    return [
      going,
      ...others.map(({ value, text }): Command => ({
        id: `setting ${key} ${value}`,
        name: `${field.name}: ${text}`,
        kind: 'Setting',
        words,
        run: () => setting.change(value),
      })),
    ]
  })
}

function valueText({ field, value }: Setting): string {
  if (field.control === 'choice') return field.options.find((option) => option.value === value)?.text ?? ''
  if (field.control === 'optionalNumber' && value === undefined) return field.placeholder
  return typeof value === 'number' ? plainNumber(value) : ''
}
