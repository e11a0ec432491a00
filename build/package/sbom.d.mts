import type { Component } from './components.mjs'
export interface BillOfMaterials {
  bomFormat: string
  specVersion: string
  components: {
    name: string
    purl: string
    licenses: { expression: string }[]
    hashes?: { content: string }[]
  }[]
}
export function billOfMaterials(
  identity: { name: string; version: string; license: string; description: string },
  components: readonly Component[],
): BillOfMaterials
