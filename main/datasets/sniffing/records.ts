import { nativeAddon, type SampleOptions, type TextRecord } from '../../../native/index.ts'
import { StudioError, toErrorData } from '../../contract/errors.ts'

export type { Quoting, TextRecord } from '../../../native/index.ts'

export type Dialect = Omit<SampleOptions, 'limit'>

/**
 * Splits the beginning of a file into at most `limit` records as the importer does, because a preview shows what an import
 * reads. Throws InvalidArgument for a delimiter or a sign of comments that the importer refuses.
 */
export function splitRecords(text: string, dialect: Dialect, limit: number): TextRecord[] {
  const { comment, ...others } = dialect
  const options: SampleOptions = { ...others, ...(comment && { comment }), limit }
  try {
    return JSON.parse(nativeAddon().splitRecords(text, JSON.stringify(options))) as TextRecord[]
  } catch (error) {
    const { code, message } = toErrorData(error)
    throw new StudioError(code, message)
  }
}
