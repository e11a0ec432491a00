/** Bodies of requests that are built from their schemas, so that each field in turn can be filled. */
import type { z } from 'zod'

type Definition = z.core.$ZodTypeDef & Record<string, unknown>
const definitionOf = (schema: unknown): Definition => (schema as { _zod: { def: Definition } })._zod.def

export interface Example {
  body: unknown
  /** The paths of the strings of `body`, as lists of keys. */
  strings: (string | number)[][]
}

/**
 * Examples of what a schema accepts, as far as a walk through it finds them: each option of a union is in one of them,
 * and each optional field is present.
 */
export function examplesOf(schema: unknown): Example[] {
  return variantsOf(schema, 0).map((body) => ({ body, strings: [...stringsIn(body)] }))
}

const DEEPEST = 8

function variantsOf(schema: unknown, depth: number): unknown[] {
  const definition = definitionOf(schema)
  if (depth > DEEPEST) return ['deep']
  switch (definition.type) {
    case 'string':
      return ['text']
    case 'number':
    case 'int':
      return [numberFor(schema)]
    case 'boolean':
      return [true]
    case 'null':
      return [null]
    case 'literal':
      return [(definition.values as unknown[])[0]]
    case 'enum':
      return [Object.values(definition.entries as Record<string, unknown>)[0]]
    case 'array':
      return variantsOf(definition.element, depth + 1).map((item) => [item])
    case 'record':
      return variantsOf(definition.valueType, depth + 1).map((value) => ({ key: value }))
    case 'tuple':
      return [(definition.items as unknown[]).map((item) => variantsOf(item, depth + 1)[0])]
    case 'union':
      return (definition.options as unknown[]).flatMap((option) => variantsOf(option, depth + 1))
    case 'object':
      return objectsOf(definition.shape as Record<string, unknown>, depth)
    case 'pipe':
      return variantsOf(definition.in, depth)
    case 'lazy':
      return variantsOf((definition.getter as () => unknown)(), depth + 1)
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
    case 'nonoptional':
      return variantsOf(definition.innerType, depth)
    default:
      return ['text']
  }
}

/** One object for each variant of each field, with the first variant of the others. */
function objectsOf(shape: Record<string, unknown>, depth: number): unknown[] {
  const variants = Object.entries(shape).map(([key, field]) => [key, variantsOf(field, depth + 1)] as const)
  const first = Object.fromEntries(variants.map(([key, [value]]) => [key, value]))
  const more = variants.flatMap(([key, [, ...others]]) => others.map((value) => ({ ...first, [key]: value })))
  return [first, ...more]
}

function numberFor(schema: unknown): number {
  for (const value of [1, 0, 0.5, 16, 1000]) if ((schema as z.ZodType).safeParse(value).success) return value
  return 1
}

function* stringsIn(value: unknown, at: (string | number)[] = []): Iterable<(string | number)[]> {
  if (typeof value === 'string') yield at
  else if (Array.isArray(value))
    for (const [key, child] of value.entries()) yield* stringsIn(child, [...at, key])
  else if (typeof value === 'object' && value !== null)
    for (const [key, child] of Object.entries(value)) yield* stringsIn(child, [...at, key])
}

/** A copy of the body with another value at a path. */
export function withValueAt(body: unknown, [key, ...rest]: (string | number)[], value: unknown): unknown {
  if (key === undefined) return value
  const copy = (Array.isArray(body) ? [...(body as unknown[])] : { ...(body as object) }) as Record<
    string | number,
    unknown
  >
  copy[key] = withValueAt(copy[key], rest, value)
  return copy
}
