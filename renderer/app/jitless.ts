/** Must be imported before any schema, because zod's compiled validators need eval, which the window's policy forbids. */
import { z } from 'zod'

z.config({ jitless: true })
