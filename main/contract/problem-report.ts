/** A problem report: text that a person reads, changes and passes on, or not. Nothing sends it. */
import { z } from 'zod'

export const reportSection = z.object({ title: z.string(), text: z.string() })
export type ReportSection = z.infer<typeof reportSection>

/** The maximum number of characters of a report that the window saves. */
export const MAX_REPORT_LENGTH = 2_000_000

/** The sections as one text, in which each title is a line of its own. */
export const reportText = (sections: readonly ReportSection[]): string =>
  sections.map(({ title, text }) => `== ${title} ==\n${text.trim()}\n`).join('\n')
