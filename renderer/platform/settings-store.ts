/** The settings of the person and of the workspace, which apply as soon as they are changed. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  defaultPersonSettings,
  startingConfig,
  type PersonSettings,
  type TrainingDefaults,
} from '../../main/contract/settings.ts'
import { ask, on } from './engine.ts'
import { isCompact } from './density.ts'
import { formats, systemLocale } from './formats.ts'
import { showTheme } from './theme.ts'

/** Where windows of former versions kept the theme. */
const FORMER_THEME_KEY = 'theme'

export const useSettings = defineStore('settings', () => {
  const person = shallowRef<PersonSettings>(defaultPersonSettings)
  const training = shallowRef<TrainingDefaults>({})
  /** What of the stored settings cannot be used, each in a sentence. */
  const problems = shallowRef<readonly string[]>([])
  const loaded = ref(false)
  /** What a new run starts with. */
  const newRun = computed(() => startingConfig(training.value, person.value.threads))

  function apply(settings: PersonSettings): void {
    person.value = settings
    formats.value = settings
    showTheme(settings.theme)
    isCompact.value = settings.density === 'compact'
  }

  async function refresh(): Promise<void> {
    try {
      const answer = await ask('settings.read', {})
      apply(answer.person)
      training.value = answer.training
      problems.value = answer.problems
      loaded.value = true
      await takeFormerTheme()
    } catch {
      // The engine is away; the settings in use stay, and its start reads them again.
    }
  }

  async function takeFormerTheme(): Promise<void> {
    const theme = localStorage.getItem(FORMER_THEME_KEY)
    localStorage.removeItem(FORMER_THEME_KEY)
    if ((theme === 'light' || theme === 'dark') && person.value.theme === 'system')
      await changePerson({ theme })
  }

  /** Applies at once, and back again if it cannot be stored. Rejects with ErrorData then. */
  async function changePerson(changes: Partial<PersonSettings>): Promise<void> {
    const before = person.value
    apply({ ...before, ...changes })
    try {
      await ask('settings.changePerson', changes)
    } catch (thrown) {
      apply(before)
      throw thrown
    }
  }

  /** Replaces what new runs of this workspace start with. Rejects with ErrorData. */
  async function changeTraining(defaults: TrainingDefaults): Promise<void> {
    const before = training.value
    training.value = defaults
    try {
      await ask('settings.changeTraining', defaults)
    } catch (thrown) {
      training.value = before
      throw thrown
    }
  }

  function listen(): () => void {
    const ends = [
      on('engineStarted', () => void refresh()),
      on('changed', ({ what }) => {
        if (what === 'settings') void refresh()
      }),
    ]
    void window.studio.systemLocale().then((locale) => (systemLocale.value = locale))
    return () => ends.forEach((end) => end())
  }

  return { person, training, problems, loaded, newRun, refresh, changePerson, changeTraining, listen }
})
