import { describe, expect, it } from 'vitest'
import { jobFacts } from './job-facts.ts'
import type { ComputingJob } from './runs.ts'

const job: ComputingJob = {
  ranks: 3,
  hosts: [
    { name: 'node1', ranks: 2 },
    { name: 'node2', ranks: 1 },
  ],
  mpi: 'Open MPI 4.1.4',
  exchange: 'scatter',
  placement: [
    { table: 'a', rank: 0, firstColumn: 0, columns: 16 },
    { table: 'b', rank: 0, firstColumn: 0, columns: 8 },
    { table: 'b', rank: 1, firstColumn: 8, columns: 8 },
  ],
}

describe('the facts of an MPI job', () => {
  it('are its ranks with their hosts and tables, its MPI and its exchange', () => {
    expect(jobFacts(job).map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'Trained by: 3 ranks on node1 (2), node2 (1)',
      'MPI: Open MPI 4.1.4',
      'Exchange of pooled rows: scatter',
      'Tables of rank 0: a, b (columns 0 to 7)',
      'Tables of rank 1: b (columns 8 to 15)',
      'Tables of rank 2: none',
    ])
  })

  it('stay short for a large job', () => {
    const whole = { rank: 0, firstColumn: 0, columns: 4 }
    const placement = Array.from({ length: 50 }, (_, table) => ({ ...whole, table: `t${table}` }))
    const facts = jobFacts({ ...job, ranks: 100, placement })
    expect(facts[3]?.value).toMatch(/t39, 10 more$/)
    expect(facts.at(-1)?.value).toBe('on 84 further ranks, which the JSON of `runs show` has')
  })
})
