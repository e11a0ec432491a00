import { remedyOf, remedyOption, remedyText } from '../contract/remedies.ts'
import { groupText, type Rejections } from '../contract/rejected-rows.ts'
import { integer, table } from './terminal.ts'

/** The number of groups that are printed; --json has all of them. */
const SHOWN_GROUPS = 10

/** Rejected rows by reason, and the options with which an import would accept them. */
export function rejectedGroupsText({ groups }: Pick<Rejections, 'groups'>): string {
  const rows = groups
    .slice(0, SHOWN_GROUPS)
    .map((group) => [
      integer(group.count),
      group.column ?? '–',
      groupText(group),
      `${group.first.file}, row ${group.first.row}`,
    ])
  const more = groups.length - rows.length
  const options = groups.map(remedyOf).filter((remedy) => remedy !== null)
  const remedies = [...new Map(options.map((remedy) => [remedyOption(remedy), remedyText(remedy)]))]
  return [
    table(['rows', 'column', 'reason', 'first in'], rows),
    ...(more > 0 ? [`and ${more} more reasons`] : []),
    ...(remedies.length > 0 ? ['To import them:', table(['option', 'effect'], remedies)] : []),
  ].join('\n')
}
