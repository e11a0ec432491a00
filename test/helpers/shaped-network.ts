/**
 * Hosts that a network of a chosen latency and bandwidth connects: network namespaces of this machine, with a forwarder
 * (native/shaped-link) between them. Open MPI and MPICH reach them by a replacement of ssh, and only over TCP.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { MpiName } from '../../main/distributed/mpi.ts'
import { withMpi } from './mpi.ts'
import { temporaryFolder } from './temporary-folder.ts'

const native = join(import.meta.dirname, '../../native')
const program = join(native, 'target', 'release', 'shaped-link')

const DEVICE = 'cluster0'
const MEASURED_PORT = 9000
const MEASURED_SECONDS = 3
/** Packets of TCP are as large as in a data centre, and its windows never limit the bandwidth. */
const MTU = 9000
const WINDOW = '4096 1048576 67108864'
const SETTINGS = [
  `net.ipv4.tcp_rmem=${WINDOW}`,
  `net.ipv4.tcp_wmem=${WINDOW}`,
  'net.ipv4.tcp_slow_start_after_idle=0',
  'net.ipv6.conf.all.disable_ipv6=1',
]

/** Whether this process may connect namespaces. If not, a note says why, because whole tests are left out then. */
export const mayShapeNetworks = ((): boolean => {
  const probe = `dlrm-probe-${process.pid}`
  try {
    execFileSync('ip', ['netns', 'add', probe], { encoding: 'utf8', stdio: 'pipe' })
    execFileSync('ip', ['-n', probe, 'tuntap', 'add', DEVICE, 'mode', 'tun'], { stdio: 'pipe' })
    return true
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error)
    console.warn(
      'TESTS LEFT OUT: hosts cannot be simulated by network namespaces here. ' +
        `They need Linux, root, iproute2 and /dev/net/tun: ${reason}`,
    )
    return false
  } finally {
    execFile('ip', ['netns', 'delete', probe], () => undefined)
  }
})()

export interface NetworkShape {
  hosts: number
  /** Of one way. */
  latencyUs: number
  /** Of each host's cable, in each direction. */
  bitsPerSecond: number
}

const measurement = z.object({ roundTripUs: z.number(), bitsPerSecond: z.number() })

export interface ShapedNetwork {
  /** node1, node2, … */
  names: readonly string[]
  /** The words before a command that runs it on a host. */
  on(host: string): string[]
  /** What a job needs to know that is started on a host. */
  environment(mpi: MpiName): Record<string, string>
  /** What TCP gets between the first two hosts. */
  measure(): Promise<z.infer<typeof measurement>>
  /** Bytes that each host has sent so far. */
  bytesSent(): Promise<number[]>
  /** Pulls every cable: what is sent from now on is lost. */
  cut(): void
}

/** The network is there until the test ends. */
export async function shapedNetwork(shape: NetworkShape): Promise<ShapedNetwork> {
  await promisify(execFile)('cargo', ['build', '--release', '--package', 'shaped-link'], { cwd: native })
  const folder = await temporaryFolder()
  const hosts = Array.from({ length: shape.hosts }, (_, index) => ({
    name: `node${index + 1}`,
    namespace: `dlrm-${process.pid}-${index + 1}`,
    address: `10.77.0.${index + 1}`,
  }))
  for (const { namespace } of hosts) {
    execFileSync('ip', ['netns', 'add', namespace])
    onTestFinished(() => {
      endProcesses(namespace)
      execFileSync('ip', ['netns', 'delete', namespace])
    })
  }
  const forwarder = await started([
    'forward',
    String(shape.latencyUs),
    String(shape.bitsPerSecond),
    ...hosts.map(({ namespace, address }) => `${namespace}=${address}`),
  ])
  for (const { namespace, address } of hosts) configure(namespace, address)

  const addresses = join(folder, 'hosts')
  const lines = ['127.0.0.1 localhost', ...hosts.map(({ name, address }) => `${address} ${name}`)]
  await writeFile(addresses, `${lines.join('\n')}\n`)
  const onHost = join(folder, 'on-host')
  const prefix = `dlrm-${process.pid}-`
  await script(
    onHost,
    `host=$1; shift\nexec nsenter --net=/run/netns/${prefix}"\${host#node}" unshare --uts --mount sh -c ` +
      `'hostname "$0"; mount -t sysfs sysfs /sys; mount --bind ${addresses} /etc/hosts; exec "$@"' "$host" "$@"`,
  )
  const remoteShell = join(folder, 'remote-shell')
  await script(
    remoteShell,
    'while :; do case "$1" in -o) shift 2;; -*) shift;; *) break;; esac; done\nhost=$1; shift\n' +
      `${program} reach "$host:22" || exit 255\nexec ${onHost} "$host" sh -c "$*"`,
  )
  const on = (host: string) => [onHost, host]
  return {
    names: hosts.map(({ name }) => name),
    on,
    environment: (mpi) => ({
      ...withMpi(mpi),
      OMPI_MCA_plm_rsh_agent: remoteShell,
      OMPI_MCA_pml: 'ob1',
      OMPI_MCA_btl: 'self,tcp',
      // Each host is taken to have all cores of the machine, which it shares with the others.
      OMPI_MCA_mpi_yield_when_idle: '1',
      HYDRA_LAUNCHER_EXEC: remoteShell,
      UCX_TLS: 'self,tcp',
    }),
    async measure() {
      const [first, second] = hosts
      if (!first || !second) throw new Error('There is nothing to measure between fewer than two hosts.')
      const address = `${first.address}:${MEASURED_PORT}`
      const server = await started(['serve', address], on(first.name))
      const words = ['measure', address, String(MEASURED_SECONDS)]
      const { stdout } = await promisify(execFile)(onHost, [second.name, program, ...words])
      server.kill('SIGKILL')
      return measurement.parse(JSON.parse(stdout))
    },
    bytesSent: () =>
      Promise.all(
        hosts.map(async ({ namespace }) => {
          const { stdout } = await promisify(execFile)('ip', [
            '-n',
            namespace,
            '-j',
            '-s',
            'link',
            'show',
            DEVICE,
          ])
          return statistics.parse(JSON.parse(stdout))[0].stats64.tx.bytes
        }),
      ),
    cut: () => void forwarder.kill('SIGKILL'),
  }
}

const statistics = z.tuple([z.object({ stats64: z.object({ tx: z.object({ bytes: z.number() }) }) })])

/** What a lost host would go on to run. */
function endProcesses(namespace: string): void {
  const pids = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' })
  for (const pid of pids.split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has ended in the meantime.
    }
  }
}

function configure(namespace: string, address: string): void {
  execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '--quiet', '--write', ...SETTINGS])
  const link = (...words: string[]) => execFileSync('ip', ['-n', namespace, 'link', 'set', ...words])
  link('lo', 'up')
  execFileSync('ip', ['-n', namespace, 'address', 'add', `${address}/24`, 'dev', DEVICE])
  // Nothing is dropped on the way, so a host's queue must have room for the windows of its connections.
  link(DEVICE, 'mtu', String(MTU), 'txqueuelen', '10000', 'up')
}

/** The forwarder's program with a task that goes on until the test ends, after it has said that it is ready. */
async function started(words: string[], within: string[] = []): Promise<ChildProcess> {
  const [command = program, ...args] = [...within, program, ...words]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'close').then(() => ['nothing']),
  ])) as [string]
  if (line !== 'ready') throw new Error(`shaped-link ${words.join(' ')} has not begun.`)
  return child
}

async function script(path: string, text: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, 0o755)
}
