export interface Component {
  kind: 'npm' | 'cargo' | 'generic'
  name: string
  version: string
  license: string
  folder: string | null
}
export function shippedComponents(of: {
  electronVersion: string
  nodeVersion: string
  others: string[]
}): Component[]
