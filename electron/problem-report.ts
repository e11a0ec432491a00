/** A problem report, which the page shows before anybody saves it. Nothing sends it. */
import { app, dialog, screen, type BrowserWindow } from 'electron'
import { release } from 'node:os'
import type { ResponseOf } from '../main/contract/requests.ts'
import { reportText, type ReportSection } from '../main/contract/problem-report.ts'
import { currentIdentity, hideIdentity } from '../main/platform/problem-report/hide-identity.ts'
import { logSections } from '../main/platform/problem-report/logs.ts'
import { writeFileSafely } from '../main/platform/write-file.ts'
import type { EngineSupervisor } from './engine/supervisor.ts'

/** The checks load libraries, which takes seconds on a slow disk. */
const ENGINE_MS = 30_000

export interface ReportSources {
  window: () => BrowserWindow
  supervisor: Pick<EngineSupervisor, 'request' | 'status'>
  /** undefined for the default one. */
  workspace: string | undefined
  logFolder: string
}

export interface ProblemReports {
  compose(): Promise<ReportSection[]>
  /** Asks where. Resolves to the path, or null if the user cancelled. */
  save(text: string): Promise<string | null>
}

export function problemReports({ window, supervisor, workspace, logFolder }: ReportSources): ProblemReports {
  async function compose(): Promise<ReportSection[]> {
    const engine = await engineReport(supervisor)
    const identity = currentIdentity(engine.workspace ?? workspace ?? null, engine.names)
    const sections = [...engine.sections, windowSection(), ...logSections(logFolder)]
    return sections.map(({ title, text }) => ({ title, text: hideIdentity(text, identity) }))
  }
  async function save(text: string): Promise<string | null> {
    const { canceled, filePath } = await dialog.showSaveDialog(window(), {
      title: 'Save the problem report',
      defaultPath: `dlrm-studio-report-${new Date().toISOString().slice(0, 10)}.txt`,
      properties: ['showOverwriteConfirmation', 'createDirectory'],
    })
    if (canceled || !filePath) return null
    return (await writeFileSafely(filePath, (sink) => sink.text(text))).path
  }
  return { compose, save }
}

/** For a page that cannot show it. */
export async function saveUnseen({ compose, save }: ProblemReports): Promise<void> {
  await save(reportText(await compose()))
}

type EngineReport = Omit<ResponseOf<'doctor.report'>, 'workspace'> & { workspace: string | null }

async function engineReport(supervisor: ReportSources['supervisor']): Promise<EngineReport> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), ENGINE_MS).unref())
  const answer = await Promise.race([supervisor.request('doctor.report', {}), late])
  if (answer?.ok) return answer.body as EngineReport
  const reason = answer ? answer.error.message : `It has not answered for ${ENGINE_MS / 1000} s.`
  const { status } = supervisor
  const last = status?.kind === 'engineGone' ? `\n${status.message}` : ''
  const text = `DLRM Studio ${app.getVersion()}\nThe engine does not answer: ${reason}${last}`
  return { sections: [{ title: 'Versions', text }], names: [], workspace: null }
}

function windowSection(): ReportSection {
  const { electron, chrome, node } = process.versions
  const displays = screen
    .getAllDisplays()
    .map(({ size, scaleFactor }) => `${size.width} × ${size.height} at ${scaleFactor}`)
  const graphics = Object.entries(app.getGPUFeatureStatus()).map(
    ([name, state]) => `${name} ${String(state)}`,
  )
  return {
    title: 'Window',
    text: [
      `Electron ${electron}, Chromium ${chrome}, Node ${node}, on ${process.platform} ${process.arch} ${release()}`,
      `${app.isPackaged ? 'packaged' : 'from the sources'}, language ${app.getLocale()}`,
      `Displays: ${displays.join(', ') || 'none'}`,
      `Graphics: ${graphics.join(', ')}`,
    ].join('\n'),
  }
}
