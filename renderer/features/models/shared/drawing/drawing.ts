/** Decides what a drawing of a model shows: boxes with their sizes and problems, and edges with their shapes. */
import type { ModelCheck, NodeReport } from '../../../../../main/model/check.ts'
import type { BoundColumns, ModelDocument, ModelNode, NodeKind } from '../../../../../main/model/document.ts'
import { nodesById, sourcesOf, titleOf } from '../../../../../main/model/graph.ts'
import { formatCount } from '../../../../platform/units.ts'
import { tableRows } from '../../../../../main/model/kinds/embedding-fields.ts'
import { isEmbedding } from '../../../../../main/model/kinds/embedding-schema.ts'
import { counted, detailOf, kindLabel } from './describe-node.ts'
import { groupTables } from './group-tables.ts'
import { maximumOf, minimumOf } from '../../../../../main/model/extremes.ts'

export interface DrawnNode {
  id: string
  kind: NodeKind
  /** Stands instead of the kind's name. */
  kindName?: string
  title: string
  detail: string
  /** The ids of the document's nodes that the box stands for: one, or those of a group. */
  members: string[]
  /** It is null while it is not known, because of an earlier mistake or because no dataset is bound. */
  parameters: number | null
  /** Counts the parameters alone, without optimizer state. */
  bytes: number | null
  /** Stands instead of parameters and bytes. */
  size?: string
  problem: 'error' | 'warning' | null
}

export interface DrawnEdge {
  id: string
  source: string
  target: string
  /** Is "batch × width", or '' where the width is not known. */
  shape: string
}

export interface Drawing {
  nodes: DrawnNode[]
  edges: DrawnEdge[]
}

/** No id of a document's node begins with this character. */
const GROUP = '~'

/** Draws any document, mistakes included; more than `mostSingle` tables are shown as one box for each kind. */
export function drawModel(
  document: ModelDocument,
  check: ModelCheck,
  columns: BoundColumns | null,
  mostSingle: number,
): Drawing {
  const byId = nodesById(document)
  const groups = new Map(groupTables(document, mostSingle).map((ids) => [`${GROUP}${ids[0]}`, ids]))
  const drawnAs = new Map([...groups].flatMap(([drawn, ids]) => ids.map((id) => [id, drawn] as const)))
  const reports = new Map(check.nodes.map((report) => [report.id, report]))
  const severity = severities(check)
  const nodes = new Map<string, DrawnNode>()
  for (const node of byId.values()) {
    const id = drawnAs.get(node.id) ?? node.id
    if (nodes.has(id)) continue
    const members = groups.get(id)
    nodes.set(
      id,
      members
        ? drawnGroup(id, members, { byId, reports, severity, columns })
        : drawnNode(node, reports.get(node.id), severity.get(node.id) ?? null, columns),
    )
  }
  return { nodes: [...nodes.values()], edges: drawEdges(byId, drawnAs, reports) }
}

/** Describes a box for screen readers. */
export function spokenNode({ kind, kindName, title, detail, problem }: DrawnNode): string {
  return [kindName ?? kindLabel(kind), title, detail, problem && `has an ${problem}`]
    .filter(Boolean)
    .join(', ')
}

function drawnNode(
  node: ModelNode,
  report: NodeReport | undefined,
  problem: DrawnNode['problem'],
  columns: BoundColumns | null,
): DrawnNode {
  return {
    id: node.id,
    kind: node.kind,
    title: titleOf(node),
    detail: detailOf(node, columns),
    members: [node.id],
    parameters: report?.parameters ?? null,
    bytes: report?.bytes?.sgd ?? null,
    problem,
  }
}

interface Sources {
  byId: Map<string, ModelNode>
  reports: Map<string, NodeReport>
  severity: Map<string, 'error' | 'warning'>
  columns: BoundColumns | null
}

function drawnGroup(id: string, members: string[], sources: Sources): DrawnNode {
  const tables = members.flatMap((member) => {
    const node = sources.byId.get(member)
    return node && isEmbedding(node) ? [node] : []
  })
  const rows = tables.flatMap((table) => tableRows(table, sources.columns) ?? [])
  const span =
    rows.length === 0 ? '?' : [...new Set([minimumOf(rows), maximumOf(rows)])].map(formatCount).join(' … ')
  const total = (of: (report: NodeReport) => number | null) =>
    members.reduce<number | null>((sum, member) => {
      const report = sources.reports.get(member)
      const value = report ? of(report) : null
      return sum === null || value === null ? null : sum + value
    }, 0)
  const problems = members.map((member) => sources.severity.get(member))
  const first = tables[0]
  return {
    id,
    kind: 'embedding',
    title: counted(members.length, 'table'),
    detail: `${span} × ${first?.tableDimension ?? first?.dimension ?? '?'}, ${first?.pooling ?? ''}`,
    members,
    parameters: total((report) => report.parameters),
    bytes: total((report) => report.bytes?.sgd ?? null),
    problem: problems.includes('error') ? 'error' : problems.includes('warning') ? 'warning' : null,
  }
}

function severities(check: ModelCheck): Map<string, 'error' | 'warning'> {
  const worst = new Map<string, 'error' | 'warning'>()
  for (const { node, severity } of check.problems)
    if (node !== null && worst.get(node) !== 'error') worst.set(node, severity)
  return worst
}

/** Draws one edge from a box to another, however many edges of the document it stands for. */
function drawEdges(
  byId: Map<string, ModelNode>,
  drawnAs: Map<string, string>,
  reports: Map<string, NodeReport>,
): DrawnEdge[] {
  const edges = new Map<string, { source: string; target: string; width: number | null; count: number }>()
  for (const node of byId.values())
    for (const from of sourcesOf(node)) {
      if (!byId.has(from)) continue
      const source = drawnAs.get(from) ?? from
      const target = drawnAs.get(node.id) ?? node.id
      const id = `${source} ${target}`
      const edge = edges.get(id)
      if (edge) edge.count++
      else edges.set(id, { source, target, width: reports.get(from)?.output?.width ?? null, count: 1 })
    }
  return [...edges].map(([id, { source, target, width, count }]) => ({
    id,
    source,
    target,
    shape: width === null ? '' : `${count > 1 ? `${formatCount(count)} × ` : ''}B × ${formatCount(width)}`,
  }))
}
