import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Tests neither have the settings of the person who runs them nor change them or the list of their workspaces. */
export const settingsOfTests = {
  DLRM_STUDIO_SETTINGS: join(tmpdir(), `dlrm-studio-test-settings-${process.pid}`),
}
