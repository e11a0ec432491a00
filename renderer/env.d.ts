declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}

interface Window {
  /** Exposed by the preload script; the renderer's only way out. */
  studio: import('../main/contract/channel.ts').StudioBridge
}
