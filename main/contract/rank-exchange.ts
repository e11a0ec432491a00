import { z } from 'zod'

/**
 * How the ranks of a job exchange pooled rows: one exchange for each table, one for each rank with all of its tables, or
 * one in which every rank sends to every other.
 */
export const rankExchange = z.enum(['scatter', 'fused-scatter', 'all-to-all'])
export type RankExchange = z.infer<typeof rankExchange>
export const DEFAULT_RANK_EXCHANGE: RankExchange = 'all-to-all'
