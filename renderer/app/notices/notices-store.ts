/** What finished while one was elsewhere: reported once, and marked in the navigation until one has looked. */
import { ElNotification } from 'element-plus'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { useRouter, type RouteLocationNormalized } from 'vue-router'
import { bounded } from '../../../main/contract/printable.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { useJobs } from '../../features/datasets/shared/jobs-store.ts'
import { formatExact, formatMetric } from '../../platform/units.ts'
import { ask, on } from '../../platform/engine.ts'
import { FinishedRuns } from './finished-runs.ts'

/** The entry of the navigation that it belongs to. */
type Section = 'datasets' | 'models' | 'runs' | 'benchmark'

interface Notice {
  section: Section
  title: string
  text: string
  tone: 'success' | 'warning' | 'error'
  /** Where it can be seen. */
  to: string
  /** Other pages on which it is on screen already. */
  seenOn?: readonly string[]
}

const SHOWN_MS = 10_000
/** What the shell takes for the desktop; an error can be longer, and is read on the page. */
const MAX_TITLE_LENGTH = 200
const MAX_TEXT_LENGTH = 500
/** More runs than this that end together are reported in one notice. */
const MAX_SINGLE_RUNS = 3

const ends: Partial<Record<RunSummary['status'], [string, Notice['tone']]>> = {
  completed: ['Training finished', 'success'],
  failed: ['Training failed', 'error'],
  interrupted: ['Training was interrupted', 'warning'],
}

export const useNotices = defineStore('notices', () => {
  const router = useRouter()
  const finished = new FinishedRuns(new Date().toISOString())
  const jobs = useJobs()
  const unseen = shallowRef<readonly Notice[]>([])
  /** How many of a section nobody has looked at. */
  const counts = computed(() => {
    const bySection = new Map<Section, number>()
    for (const { section } of unseen.value) bySection.set(section, (bySection.get(section) ?? 0) + 1)
    return bySection
  })

  const isSeenOn = (path: string) => (notice: Notice) =>
    [notice.to, `/${notice.section}`, ...(notice.seenOn ?? [])].includes(path)

  function report(notice: Notice): void {
    const text = bounded(notice.text, MAX_TEXT_LENGTH)
    // The shell knows whether the window has the focus, and what the settings say.
    void window.studio.notify(bounded(notice.title, MAX_TITLE_LENGTH), text)
    if (isSeenOn(router.currentRoute.value.path)(notice)) return
    unseen.value = [...unseen.value, notice]
    const { close } = ElNotification({
      title: notice.title,
      message: text,
      type: notice.tone,
      duration: SHOWN_MS,
      position: 'bottom-right',
      offset: 40,
      customClass: 'notice-finished',
      onClick: () => {
        close()
        void router.push(notice.to)
      },
    })
  }

  function reportRuns(finished: readonly RunSummary[]): void {
    if (finished.length > MAX_SINGLE_RUNS) {
      const text = `${formatExact(finished.length)} runs have ended.`
      return report({ section: 'runs', title: 'Training finished', text, tone: 'success', to: '/runs' })
    }
    for (const { id, name, status, testAuc, error } of finished) {
      const [title, tone] = ends[status] ?? ['Training ended', 'warning']
      const result = testAuc === null ? '' : ` Test AUC ${formatMetric(testAuc)}.`
      report({
        section: 'runs',
        title,
        tone,
        text: `${name}.${error ? ` ${error.message}` : result}`,
        to: `/runs/${id}`,
      })
    }
  }

  /** If it was not reported which runs have ended, as after a crash of the engine: among the newest ones. */
  async function lookForEnded(): Promise<void> {
    const query = 'status:completed,failed,interrupted'
    const { runs } = await ask('runs.list', { query }).catch(() => ({ runs: [] }))
    reportRuns(finished.take(runs))
  }

  /** Ends of work that reports its own state. An end is reported if the work was seen running before. */
  function watchState(
    kind: 'benchmark' | 'calibration',
    about: Pick<Notice, 'section' | 'to' | 'seenOn'> & { done: string; failed: string },
  ): () => void {
    let running = false
    const { done, failed, ...where } = about
    return on(kind, ({ progress: { state, error } }) => {
      const ended = running && state !== 'running'
      running = state === 'running'
      if (ended && state === 'done')
        report({ ...where, title: done, text: 'See the results.', tone: 'success' })
      if (ended && error) report({ ...where, title: failed, text: error.message, tone: 'error' })
    })
  }

  function reportJobs(): void {
    for (const [id, { progress, outcome, error }] of jobs.jobs) {
      if (progress.state === 'running') known.add(id)
      else if ((outcome || error) && known.delete(id)) {
        const seenOn = ['/import', '/']
        if (outcome)
          report({
            section: 'datasets',
            title: 'Dataset ready',
            tone: 'success',
            seenOn,
            text: `${outcome.dataset}: ${formatExact(outcome.rows)} rows.`,
            to: `/datasets/${outcome.dataset}`,
          })
        else if (error && error.code !== 'Cancelled')
          report({
            section: 'datasets',
            title: 'Import failed',
            tone: 'error',
            seenOn,
            text: `${progress.name}: ${error.message}`,
            to: '/datasets',
          })
      }
    }
  }
  const known = new Set<string>()

  function markSeen({ path }: RouteLocationNormalized): void {
    const seen = isSeenOn(path)
    if (unseen.value.some(seen)) unseen.value = unseen.value.filter((notice) => !seen(notice))
  }

  function listen(): () => void {
    const stops = [
      on('changed', (event) => {
        if (event.what !== 'runs') return
        if (event.more) void lookForEnded()
        else reportRuns(finished.take(event.changed))
      }),
      on('engineStarted', () => void lookForEnded()),
      watch(() => jobs.jobs, reportJobs),
      watchState('benchmark', {
        section: 'benchmark',
        to: '/benchmark',
        done: 'Benchmark finished',
        failed: 'Benchmark failed',
      }),
      watchState('calibration', {
        section: 'models',
        to: '/models',
        seenOn: ['/models/new'],
        done: 'Machine measured',
        failed: 'The machine could not be measured',
      }),
      router.afterEach(markSeen),
    ]
    return () => stops.forEach((stop) => stop())
  }

  return { unseen, counts, listen }
})
