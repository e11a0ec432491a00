import { currentIdentity, hideIdentity } from '../platform/problem-report/hide-identity.ts'
import { logSections, windowLogs } from '../platform/problem-report/logs.ts'
import { reportText } from '../contract/problem-report.ts'
import { namesToHide, serviceSections, type ReportSources } from '../serving/problem-report.ts'
import type { Services } from './services.ts'

/** The text of the report that the window shows, also for a workspace that cannot be opened. */
export async function problemReport(services: Services): Promise<string> {
  const workspace = services.workspacePath
  const sources = { workspace, ...openDatabase(services), datasets: services.datasets }
  const logs = windowLogs(workspace)
  const sections = [...(await serviceSections(sources)), ...(logs ? logSections(logs) : [])]
  const identity = currentIdentity(workspace, await namesToHide(sources))
  return hideIdentity(reportText(sections), identity)
}

function openDatabase(services: Services): Pick<ReportSources, 'database' | 'databaseProblem'> {
  try {
    return { database: services.database }
  } catch (databaseProblem) {
    return { database: null, databaseProblem }
  }
}
