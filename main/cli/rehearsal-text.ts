/** A rehearsal as commands print it. */
import { formatBytes, formatPercent } from '../contract/quantities.ts'
import type { Rehearsal, RehearsedStep } from '../contract/rehearsal.ts'
import { integer, table } from './terminal.ts'

const milliseconds = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

export function rehearsalText(
  { workload, assumptions, ...scalings }: Rehearsal,
  scaling: 'strong' | 'weak',
): string {
  const steps = scalings[scaling]
  const rows = steps.map((step) => [
    integer(step.ranks),
    integer(step.hosts),
    integer(step.batchSize),
    milliseconds(step.stepMs),
    integer(Math.round(step.samplesPerSecond)),
    formatPercent(step.efficiency, 0),
    ...[step.computeMs, step.allToAllMs, step.allReduceMs, step.waitingMs].map(milliseconds),
    step.ranks > 1 ? formatPercent(step.hiddenShare, 0) : '–',
    formatBytes(step.memoryBytes),
  ])
  const header = ['ranks', 'hosts', 'batch', 'step ms', 'samples/s', 'efficiency', 'compute', 'all-to-all']
  return [
    workload,
    scaling === 'strong'
      ? 'Strong scaling: the ranks divide one batch. Milliseconds of a step, as the mean over the ranks:'
      : 'Weak scaling: each rank has the same number of samples. Milliseconds of a step, as the mean over the ranks:',
    '',
    table([...header, 'all-reduce', 'waiting', 'hidden', 'memory'], rows),
    '',
    ...bottlenecks(steps),
    '',
    ...assumptions,
  ].join('\n')
}

/** The sentence of each number of ranks, once for equal kinds that follow each other. */
function bottlenecks(steps: readonly RehearsedStep[]): string[] {
  return steps
    .filter(({ bottleneck }, index) => bottleneck.kind !== steps[index - 1]?.bottleneck.kind)
    .map(
      ({ ranks, bottleneck }) =>
        `From ${integer(ranks)} ${ranks === 1 ? 'rank' : 'ranks'} on: ${bottleneck.sentence}`,
    )
}
