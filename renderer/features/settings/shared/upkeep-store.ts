import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { UpkeepProgress } from '../../../../main/contract/upkeep.ts'
import { ask, on } from '../../../platform/engine.ts'

/** Backing up, restoring, checking and repairing the workspace. It goes on while other pages are shown. */
export const useUpkeep = defineStore('upkeep', () => {
  const progress = shallowRef<UpkeepProgress | null>(null)

  async function refresh(): Promise<void> {
    progress.value = (await ask('upkeep.current', {})).progress
  }

  async function backUp(to: string): Promise<void> {
    progress.value = await ask('upkeep.backUp', { to })
  }

  async function restore(from: string, to: string): Promise<void> {
    progress.value = await ask('upkeep.restore', { from, to })
  }

  async function check(): Promise<void> {
    progress.value = await ask('upkeep.check', {})
  }

  async function repair(): Promise<void> {
    progress.value = await ask('upkeep.repair', {})
  }

  async function cancel(): Promise<void> {
    await ask('upkeep.cancel', {})
  }

  function listen(): () => void {
    const ends = [
      on('upkeep', (event) => {
        progress.value = event.progress
      }),
      // Another engine has done nothing yet, and one that has just repaired its database says what it did.
      on('engineStarted', () => void refresh().catch(() => undefined)),
    ]
    return () => ends.forEach((end) => end())
  }

  return { progress, refresh, backUp, restore, check, repair, cancel, listen }
})
