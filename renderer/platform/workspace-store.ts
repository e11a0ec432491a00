/** Holds the workspace, the machine and the state of the engine process. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ErrorData } from '../../main/contract/errors.ts'
import type { ResponseOf } from '../../main/contract/requests.ts'
import type { WorkspaceInfo } from '../../main/contract/workspace.ts'
import { asErrorData, ask, on } from './engine.ts'

export type EngineState = 'starting' | 'ready' | 'restarting' | 'gone'

export const useWorkspace = defineStore('workspace', () => {
  const info = shallowRef<WorkspaceInfo | null>(null)
  const health = shallowRef<ResponseOf<'engine.health'> | null>(null)
  const engine = ref<EngineState>('starting')
  /** Why the engine ended, while the banner shows it. */
  const engineMessage = ref('')
  const problem = shallowRef<ErrorData | null>(null)
  /** Counts the engine's restarts, so that screens can ask again for what they show. */
  const generation = ref(0)

  async function refresh(): Promise<void> {
    try {
      info.value = await ask('workspace.info', {})
      problem.value = null
      if (engine.value === 'starting') engine.value = 'ready'
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  async function refreshHealth(): Promise<void> {
    if (engine.value !== 'ready') return
    try {
      health.value = await ask('engine.health', {})
    } catch {
      health.value = null // the banner shows that the engine has ended
    }
  }

  function listen(): () => void {
    const ends = [
      on('engineStarted', () => {
        if (engine.value !== 'ready') generation.value++
        engine.value = 'ready'
        void refresh()
      }),
      on('engineGone', (event) => {
        engine.value = event.gaveUp ? 'gone' : 'restarting'
        engineMessage.value = event.message
      }),
      on('changed', (event) => {
        const begun = (event.what === 'runs' || event.what === 'datasets') && event.total > 0
        if (begun && info.value?.fresh) info.value = { ...info.value, fresh: false }
      }),
    ]
    return () => ends.forEach((end) => end())
  }

  function dismissMessage(): void {
    engineMessage.value = ''
  }

  return {
    info,
    health,
    engine,
    engineMessage,
    problem,
    generation,
    refresh,
    refreshHealth,
    listen,
    dismissMessage,
  }
})
