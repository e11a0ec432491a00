export interface ElectronRuntime {
  executable: string
  /** What opens this app in it. */
  args: string[]
  version: string
  /** The stock runtime from npm, where GitHub cannot be reached. */
  standIn: boolean
}
export function ensureElectron(): Promise<ElectronRuntime>
export function findElectron(): ElectronRuntime | null
