/** Host files: a host a line, with the number of ranks that it runs at most, as the launchers of MPI read them. */
import { StudioError } from '../contract/errors.ts'
import { rankHost, type RankHost } from '../contract/training.ts'
import { readInputFile } from '../datasets/read-input-file.ts'
import type { OptionSpec, OptionValues } from './command.ts'

export const hostsOption: OptionSpec = {
  type: 'string',
  value: 'FILE',
  help: 'the hosts of the ranks, one a line: NAME, NAME slots=N or NAME:N',
}

/** The hosts of the file that --hosts names. Throws what reading it does, and InvalidArgument naming the row. */
export async function hostsFrom(options: OptionValues): Promise<RankHost[] | undefined> {
  const path = options.text('hosts')
  return path === undefined ? undefined : parseHostFile(await readInputFile(path), path)
}

/** A host without a number has one slot. Blank lines, and what follows a #, are left out. */
export function parseHostFile(text: string, file: string): RankHost[] {
  const hosts: RankHost[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.replace(/#.*/, '').trim()
    if (content === '') continue
    const [, name, ofOpenMpi, ofMpich] = /^(\S+?)(?:\s+slots\s*=\s*(\d+)|:(\d+))?$/.exec(content) ?? []
    const host = rankHost.safeParse({ name, slots: Number(ofOpenMpi ?? ofMpich ?? 1) })
    const refuse = (why: string): never => {
      throw new StudioError('InvalidArgument', `${file}, row ${index + 1}: ${why}`, { file, row: index + 1 })
    }
    if (!host.success) {
      return refuse(`“${content}” is no host. Write its name, and slots=N if it runs more than one rank.`)
    }
    if (hosts.some((other) => other.name === host.data.name)) {
      return refuse(`the host ${host.data.name} is named twice. Add its slots up in one row.`)
    }
    hosts.push(host.data)
  }
  if (hosts.length === 0) throw new StudioError('InvalidArgument', `${file} names no host.`, { file })
  return hosts
}
