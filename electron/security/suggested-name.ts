const MAX_LENGTH = 120

/**
 * A page's suggestion as the plain name of a visible file, so that it never leads a dialog to a folder or a hidden
 * file.
 */
export function bareFileName(suggestion: string): string {
  const name = suggestion
    .replace(/[\p{Cc}\p{Cf}\p{Cs}/\\:*?"<>|]+/gu, '-')
    .replace(/^[-.\s~]+/, '')
    .replace(/[.\s]+$/, '')
  if (name.length <= MAX_LENGTH) return name || 'untitled'
  const dot = name.lastIndexOf('.')
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : ''
  return [...name.slice(0, MAX_LENGTH - ending.length)].slice(0, -1).join('') + ending
}
