import { resolve } from 'node:path'

/**
 * The workspace that `--workspace DIR`, `--workspace=DIR` or DLRM_STUDIO_WORKSPACE names; undefined for the default
 * one.
 */
export function namedWorkspace(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): string | undefined {
  const flag = '--workspace'
  const joined = argv.find((argument) => argument.startsWith(`${flag}=`))?.slice(flag.length + 1)
  const position = argv.indexOf(flag)
  const separate = position >= 0 ? argv[position + 1] : undefined
  const named = joined || separate || env.DLRM_STUDIO_WORKSPACE
  return named ? resolve(named) : undefined
}
