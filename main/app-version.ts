import { version } from '../package.json'
import { installation } from './platform/installation.ts'

/** A package that is no release has a version of its own. */
export const APP_VERSION: string = installation?.version ?? version
