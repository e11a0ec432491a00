import { expect, it } from 'vitest'
import { settingsFromOutside } from './problem-report.ts'

it('names the settings of the environment without values that may be paths or secrets', () => {
  const text = settingsFromOutside({
    DLRM_STUDIO_WORKSPACE: '/data/acme/customers',
    DLRM_STUDIO_PACKAGE_INDEX: 'https://ada:secret@packages.acme.example',
    DLRM_STUDIO_FEED: '',
    OMP_NUM_THREADS: '4',
    HOME: '/home/ada',
  })
  expect(text).toBe(
    'DLRM_STUDIO_WORKSPACE is set\nDLRM_STUDIO_PACKAGE_INDEX is set\nDLRM_STUDIO_FEED is empty\nOMP_NUM_THREADS=4',
  )
})
