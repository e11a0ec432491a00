/** Ways to name a file that a page must not access. */
import { basename, dirname, relative } from 'node:path'

/** About 300 spellings of a few absolute paths. Relative ones start at `from`. */
export function pathSpellings(paths: readonly string[], from: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => spellingsOf(path, from)).concat(others))]
}

function spellingsOf(path: string, from: readonly string[]): string[] {
  const encoded = encodeURIComponent(path)
  const dots = path.replaceAll('/', '/./')
  const back = path.replaceAll('/', '\\')
  return [
    path,
    ...from.map((folder) => relative(folder, path)),
    ...[1, 3, 8, 30].map((levels) => '../'.repeat(levels) + path.slice(1)),
    ...[3, 12].map((levels) => '..\\'.repeat(levels) + path.slice(1).replaceAll('/', '\\')),
    ...['//', '///', '/./', '/../', '/tmp/../', '/proc/self/root/', '/proc/self/cwd/../../../../..'].map(
      (start) => start + path.slice(1),
    ),
    ...['/dev/fd/../../..', '/proc/1/root', '/proc/self/root/proc/self/root'].map((start) => start + path),
    ...[
      'file://',
      'file:',
      'file:///',
      'file://localhost',
      'FILE://',
      'studio://app/..',
      'url:',
      'data:,',
    ].map((start) => start + path),
    ...[
      `${path}/`,
      `${path}/.`,
      `${path}//`,
      `${path} `,
      ` ${path}`,
      `${path}\0`,
      `${path}\0.csv`,
      `${path}\n`,
    ],
    ...[
      `\0${path}`,
      `${path}%00.csv`,
      `${path}?x=1`,
      `${path}#x`,
      `${path};id`,
      `$(cat ${path})`,
      `\`${path}\``,
    ],
    ...[
      `|cat ${path}`,
      `"${path}"`,
      `'${path}'`,
      `<${path}`,
      `${dirname(path)}/*`,
      `${dirname(path)}/{a,${basename(path)}}`,
    ],
    ...[encoded, encodeURIComponent(encoded), path.replaceAll('/', '%2f'), path.replaceAll('/', '%252f')],
    ...[
      dots,
      back,
      `C:${back}`,
      `\\\\?\\C:${back}`,
      `\\\\localhost\\C$${back}`,
      `\\\\.\\${path}`,
      `//localhost${path}`,
    ],
    ...[path.replaceAll('/', '\u2215'), path.replaceAll('/', '\uFF0F'), path.replaceAll('.', '\u2024')],
    ...[path.normalize('NFD'), path.toUpperCase(), `\u202E${path}`, `\uFEFF${path}`, `${path}\u200B`],
    ...[`~${path}`, `$HOME/../..${path}`, `%USERPROFILE%${back}`, `\${HOME}${path}`, `file-${path}`],
    ...[
      `file-${'A'.repeat(43)}`,
      `file-${Buffer.from(path).toString('base64url')}`,
      `[${JSON.stringify(path)}]`,
    ],
    `{"handle":${JSON.stringify(path)},"purpose":"importData"}`,
    '/'.repeat(3000) + path.slice(1),
    './'.repeat(2000) + path.slice(1),
    '../'.repeat(1300) + path.slice(1),
  ]
}

const others = [
  ...[
    '.',
    '..',
    '/',
    '~',
    '*',
    '',
    ' ',
    '-',
    '--help',
    '\0',
    '/dev/zero',
    '/dev/stdin',
    '/dev/tty',
    '/dev/random',
  ],
  ...[
    '/proc/self/environ',
    '/proc/self/mem',
    '/proc/self/maps',
    '/etc/passwd',
    '/etc/shadow',
    '/root/.ssh/id_rsa',
  ],
  ...[
    'NUL',
    'CON',
    'COM1',
    'C:\\boot.ini',
    '~root',
    '~/.bashrc',
    '$HOME/.bashrc',
    '\\\\host\\share\\x',
    'x'.repeat(5000),
  ],
]
