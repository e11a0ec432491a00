/** The state of the app's update, as the shell reports it. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { UpdateAction, UpdateStatus } from '../../main/contract/updates.ts'
import { on } from './engine.ts'

export const useUpdates = defineStore('updates', () => {
  /** null until the shell has answered. */
  const status = shallowRef<UpdateStatus | null>(null)

  async function act(action: UpdateAction): Promise<void> {
    status.value = await window.studio.updates(action)
  }

  /** Returns the function that ends the listening. */
  function listen(): () => void {
    void act('status')
    return on('update', (event) => (status.value = event.status))
  }

  return { status, act, listen }
})
