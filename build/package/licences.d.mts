import type { Component } from './components.mjs'
export function licenceTexts(components: readonly Component[]): string
