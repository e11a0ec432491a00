import type { z } from 'zod'
import type { RequestName, requests, ResponseOf } from '../contract/requests.ts'
import type { ConfirmedHosts } from './confirmed-hosts.ts'
import type { GrantedFiles } from './granted-files.ts'

type Handler<Name extends RequestName> = (
  body: z.output<(typeof requests)[Name]['request']>,
  files: GrantedFiles,
  hosts: ConfirmedHosts,
) => ResponseOf<Name> | Promise<ResponseOf<Name>>

/**
 * One handler for each request of the contract. Its body was checked, `files` has the paths of its file handles, and
 * `hosts` the machines that it may log in to. Failures are thrown.
 */
export type Handlers = { [Name in RequestName]: Handler<Name> }

/** The handlers of one noun, whose names begin with it. */
export type HandlersOf<Noun extends string> = Pick<Handlers, Extract<RequestName, `${Noun}.${string}`>>
