import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { asErrorData, ask, isEngineAway, on } from '../../../platform/engine.ts'
import type { BackendStatus, TensorFlowDevice } from '../../../../main/contract/backends.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'

/** Holds which backends are set up, and the running installation. */
export const useBackends = defineStore('backends', () => {
  const status = shallowRef<BackendStatus | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  /** Whether files are being removed. */
  const removing = ref(false)

  async function refresh(): Promise<void> {
    try {
      status.value = await ask('backends.status', {})
      problem.value = null
    } catch (thrown) {
      if (!isEngineAway(thrown)) problem.value = asErrorData(thrown)
    }
  }

  async function install(device: TensorFlowDevice, wheels?: string): Promise<void> {
    await ask('backends.install', { device, ...(wheels !== undefined && { wheels }) })
  }

  /** Takes the handle of a folder with TensorFlow's libraries. null uses what is installed again. */
  async function use(folder: string | null): Promise<void> {
    await ask('backends.use', { folder })
  }

  async function cancel(): Promise<void> {
    await ask('backends.cancel', {})
  }

  async function remove(device: TensorFlowDevice): Promise<void> {
    removing.value = true
    try {
      await ask('backends.remove', { device })
    } finally {
      removing.value = false
    }
  }

  function listen(): () => void {
    const ends = [
      on('backend', ({ progress }) => {
        if (status.value) status.value = { ...status.value, progress }
      }),
      on('changed', ({ what }) => {
        if (what === 'backends') void refresh()
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { status, problem, removing, refresh, install, use, cancel, remove, listen }
})
