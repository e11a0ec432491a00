/**
 * Checks whether text is one SVG drawing that only shows shapes and words: no script, no event handler, no style sheet,
 * no link and nothing from outside. It is parsed strictly, so that no reader of the file finds more in it than this
 * one.
 */

const NAMESPACE = 'http://www.w3.org/2000/svg'
const MAX_ELEMENTS = 500_000
const MAX_DEPTH = 100

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

const elements = words(`
  svg g defs rect circle ellipse line polyline polygon path text tspan title desc marker clipPath
  linearGradient radialGradient stop`)

const attributes = words(`
  id class role aria-label aria-hidden xmlns version width height viewBox preserveAspectRatio x y x1 y1 x2 y2 dx dy
  cx cy r rx ry fx fy d points transform opacity fill fill-opacity fill-rule stroke stroke-width stroke-opacity
  stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit paint-order vector-effect
  font-family font-size font-weight font-style font-variant letter-spacing word-spacing text-anchor
  text-decoration text-rendering dominant-baseline alignment-baseline baseline-shift textLength lengthAdjust
  xml:space xml:lang color offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod marker-start
  marker-mid marker-end markerWidth markerHeight markerUnits refX refY orient clip-path clip-rule clipPathUnits
  shape-rendering visibility display overflow`)

const TAG = /<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z_:][A-Za-z0-9_.:-]*="[^"<]*")*)\s*(\/?)>/y
const ATTRIBUTE = /([A-Za-z_:][A-Za-z0-9_.:-]*)="([^"<]*)"/g
const TEXT = /[^<]+/y
const DECLARATION =
  /^<\?xml version="1\.0"(?: encoding="[Uu][Tt][Ff]-8")?(?: standalone="(?:yes|no)")?\s*\?>\s*/
const NO_ENTITY = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)/
/** Characters that XML does not allow, neither as they are nor by number. */
const NO_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u
/** A value may only refer to a fragment of the same drawing. */
const OWN_FRAGMENT = /url\(#[A-Za-z][\w.-]*\)/g

/** What is wrong, worded to follow a colon, or null if it is such a drawing. */
export function svgProblem(text: string): string | null {
  const whole = text.replace(DECLARATION, '').trim()
  const open: string[] = []
  let count = 0
  for (let at = 0; at < whole.length;) {
    if (whole[at] !== '<') {
      TEXT.lastIndex = at
      const [words = ''] = TEXT.exec(whole) ?? []
      const problem = open.length === 0 ? 'it has content outside its svg element' : textProblem(words)
      if (problem !== null) return problem
      at += words.length
      continue
    }
    TAG.lastIndex = at
    const tag = TAG.exec(whole)
    if (!tag) return `${JSON.stringify(whole.slice(at, at + 40))} is not an element of a drawing`
    const [all, closing, name = '', given = '', alone] = tag
    const last = at + all.length >= whole.length
    at += all.length
    if (closing) {
      if (given !== '' || alone || open.pop() !== name) return `</${name}> closes nothing`
    } else {
      if (open.length === 0 && (name !== 'svg' || count > 0)) return 'it is not one svg element'
      if (!elements.has(name)) return `it has an element <${name}>`
      const problem = attributeProblem(given, open.length === 0)
      if (problem !== null) return problem
      if (++count > MAX_ELEMENTS) return `it has more than ${MAX_ELEMENTS} elements`
      if (!alone && open.push(name) > MAX_DEPTH) return `elements are nested more than ${MAX_DEPTH} deep`
    }
    if (open.length === 0 && !last && whole.slice(at).trim() !== '') return 'something follows its end'
  }
  if (count === 0) return 'it is not one svg element'
  return open.length > 0 ? `<${open.at(-1)}> is not closed` : null
}

function textProblem(text: string): string | null {
  if (text.includes(']]>')) return 'its text holds "]]>"'
  const entity = NO_ENTITY.exec(text)
  if (entity)
    return `its text holds ${JSON.stringify(text.slice(entity.index, entity.index + 10))}, which is not a character`
  if (NO_CHARACTER.test(decoded(text))) return 'its text holds a character that XML does not allow'
  return null
}

function attributeProblem(given: string, root: boolean): string | null {
  const seen = new Set<string>()
  for (const [, name = '', value = ''] of given.matchAll(ATTRIBUTE)) {
    if (!attributes.has(name)) return `it has an attribute ${JSON.stringify(name)}`
    if (seen.has(name)) return `it has the attribute ${JSON.stringify(name)} twice`
    seen.add(name)
    const problem = textProblem(value)
    if (problem !== null) return problem
    const plain = decoded(value)
    const wrong = name === 'xmlns' ? plain !== NAMESPACE : name !== 'aria-label' && isReference(plain)
    if (wrong) {
      return `its attribute ${name} refers to something outside the drawing`
    }
  }
  return root && !seen.has('xmlns') ? 'its svg element has no namespace' : null
}

/** Style values could hide a reference behind escapes and comments, so neither is allowed. */
function isReference(value: string): boolean {
  const others = value.replaceAll(OWN_FRAGMENT, '')
  return /\\|\/\*|url\s*\(|image(?:-set)?\s*\(|src\s*\(|@|(?:javascript|data|vbscript|file|https?)\s*:/i.test(
    others,
  )
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * The text with entities replaced by their characters. A number beyond Unicode becomes a character that XML does not
 * allow.
 */
function decoded(text: string): string {
  return text.replace(
    /&(?:([a-z]+)|#([0-9]+)|#x([0-9A-Fa-f]+));/g,
    (_, name?: string, ten?: string, hex?: string) => {
      if (name !== undefined) return named[name] ?? ''
      const code = ten === undefined ? parseInt(hex ?? '', 16) : Number(ten)
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\0'
    },
  )
}
