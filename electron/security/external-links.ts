/** The hosts to which the app's own texts link. */
const allowedHosts = new Set([
  'arxiv.org',
  'doi.org',
  'grouplens.org',
  'files.grouplens.org',
  'nodejs.org',
  'rustup.rs',
  'www.apache.org',
  'www.electronjs.org',
])

/** Whether the system's browser may be asked to open this address. */
export function isAllowedLink(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, port, username, password } = new URL(url)
  return (
    protocol === 'https:' && port === '' && username === '' && password === '' && allowedHosts.has(hostname)
  )
}
