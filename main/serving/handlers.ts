import type { z } from 'zod'
import type { RequestName, requests, ResponseOf } from '../contract/requests.ts'
import type { GrantedFiles } from './granted-files.ts'

type Handler<Name extends RequestName> = (
  body: z.output<(typeof requests)[Name]['request']>,
  files: GrantedFiles,
) => ResponseOf<Name> | Promise<ResponseOf<Name>>

/** One handler for each request of the contract; its body has been checked, and
 * `files` tells the paths that its file handles stand for. Failures are thrown. */
export type Handlers = { [Name in RequestName]: Handler<Name> }

/** The handlers of one noun: those whose names begin with it. */
export type HandlersOf<Noun extends string> = Pick<Handlers, Extract<RequestName, `${Noun}.${string}`>>
