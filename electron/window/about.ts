import { app, dialog } from 'electron'

const notices = [
  'Electron, Vue, Vue Router, Pinia, Element Plus, uPlot, Vue Flow, zod, better-sqlite3 and napi-rs: MIT licence.',
  'Chromium: BSD licence and others, listed in LICENSES.chromium.html beside the program.',
  'Node.js: MIT licence. SQLite: public domain.',
  'All licence texts are in LICENSES.txt in the folder of the installed program.',
  'MovieLens data, if you install it: GroupLens Research, under its own terms; see the dataset’s page.',
]

export async function showAbout(): Promise<void> {
  const { electron, chrome, node } = process.versions
  await dialog.showMessageBox({
    type: 'info',
    title: `About ${app.name}`,
    message: `${app.name} ${app.getVersion()}`,
    detail: [
      'Licensed under the Apache License, Version 2.0.',
      `Electron ${electron}, Chromium ${chrome}, Node ${node}`,
      '',
      'With thanks to:',
      ...notices,
    ].join('\n'),
    buttons: ['Close'],
  })
}
