import type { z } from 'zod'
import type { RequestName, requests, ResponseOf } from '../contract/requests.ts'

type Handler<Name extends RequestName> = (
  body: z.output<(typeof requests)[Name]['request']>,
) => ResponseOf<Name> | Promise<ResponseOf<Name>>

/** One handler for each request of the contract; its body has been checked. Failures are thrown. */
export type Handlers = { [Name in RequestName]: Handler<Name> }

/** The handlers of one noun: those whose names begin with it. */
export type HandlersOf<Noun extends string> = Pick<Handlers, Extract<RequestName, `${Noun}.${string}`>>
