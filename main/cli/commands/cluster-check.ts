import { formatBytes } from '../../contract/quantities.ts'
import type { ClusterCheck, HostCheck } from '../../contract/hosts.ts'
import { readInputFile } from '../../datasets/read-input-file.ts'
import { checkCluster } from '../../distributed/check-cluster.ts'
import { parseHosts, rowsOfHosts } from '../../distributed/planner/hosts.ts'
import { EXIT, UsageError, type Command } from '../command.ts'
import { hostsOption } from '../training-options.ts'
import { integer, table } from '../terminal.ts'

export const clusterCheck: Command = {
  name: 'cluster check',
  summary: 'Ask each host of a file whether it can take part in a job: reachable, version, dataset, memory.',
  positionals: [],
  options: {
    hosts: { ...hostsOption, help: `${hostsOption.help} (required)` },
    data: {
      type: 'string',
      value: 'N',
      help: 'a dataset of the workspace, to compare the hosts’ copies with',
    },
  },
  async run({ services, options }) {
    const path = options.text('hosts')
    if (path === undefined) throw new UsageError('cluster check needs --hosts: a file of hosts.', 'hosts')
    const text = await readInputFile(path)
    const checked = await checkCluster({
      workspace: services.workspace,
      hosts: parseHosts(text, path),
      dataset: options.text('data') ?? null,
      training: null,
    })
    const isReady = checked.problem === null && checked.hosts.every(({ problem }) => problem === null)
    return {
      json: checked,
      text: checkText(checked, path, rowsOfHosts(text)),
      exitCode: isReady ? EXIT.done : EXIT.failed,
    }
  },
}

function checkText(
  { hosts, problem }: ClusterCheck,
  file: string,
  rows: ReadonlyMap<string, number>,
): string {
  const header = ['host', 'ranks', 'reachable', 'version', 'dataset', 'cores', 'memory']
  const problems = hosts.flatMap(({ name, problem }) =>
    problem === null ? [] : [`${file}, row ${rows.get(name) ?? 0}: ${problem}`],
  )
  return [
    table(header, hosts.map(cellsOf)),
    '',
    ...(problem === null ? problems : [...problems, problem]),
    ...(problems.length + Number(problem !== null) === 0 ? ['All hosts can take part.'] : []),
  ].join('\n')
}

const cellsOf = ({ name, slots, reachable, version, dataset, cores, memoryBytes }: HostCheck): string[] => [
  name,
  integer(slots),
  reachable ? 'yes' : 'no',
  version ?? '–',
  dataset ?? '–',
  cores === null ? '–' : integer(cores),
  memoryBytes === null ? '–' : formatBytes(memoryBytes),
]
