import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PNG_SIZES } from './icons.mjs'
import { MODEL_DOCUMENT, SCHEME } from './identity.mjs'

/** What windows call themselves under X11: the name that the shell gives to itself. */
const WINDOW_CLASS = 'DLRM Studio'

export const desktopEntry = ({ name, title, description }) => `[Desktop Entry]
Type=Application
Name=${title}
GenericName=Recommendation model workbench
Comment=${description}
Exec=${name} %U
Icon=${name}
Terminal=false
Categories=Science;ArtificialIntelligence;Development;
Keywords=DLRM;recommendation;machine learning;training;
MimeType=${MODEL_DOCUMENT.mime};x-scheme-handler/${SCHEME};
StartupNotify=true
StartupWMClass=${WINDOW_CLASS}
`

/** The files that are the app's by their ending, which is longer than that of JSON and so goes before it. */
export const mimeTypes = () => `<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="${MODEL_DOCUMENT.mime}">
    <comment>${MODEL_DOCUMENT.title}</comment>
    <sub-class-of type="application/json"/>
    <glob pattern="*.${MODEL_DOCUMENT.ending}" weight="60"/>
  </mime-type>
</mime-info>
`

const metainfo = ({ appId, name, title, license, version }) => `<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>${appId}</id>
  <metadata_license>CC0-1.0</metadata_license>
  <project_license>${license}</project_license>
  <name>${title}</name>
  <summary>Workbench for deep learning recommendation models</summary>
  <description>
    <p>
      Import click data, design a recommendation model, train it at the machine's limit, and compare runs with sound
      statistics, in a window or on the command line.
    </p>
  </description>
  <launchable type="desktop-id">${name}.desktop</launchable>
  <content_rating type="oars-1.1"/>
  <releases><release version="${version}" type="${version.endsWith('-dev') ? 'development' : 'stable'}"/></releases>
</component>
`

/**
 * Puts the app and what a Linux desktop needs to know of it into a folder, as they are when installed: the app in /opt, its
 * programs in /usr/bin, desktop entry, MIME types and icons. Returns the folder.
 */
export function writeLinuxFiles(tree, { app, icons, identity, copyright }) {
  const { name, commandLine, appId } = identity
  rmSync(tree, { recursive: true, force: true })
  const write = (path, content, mode = 0o644) => {
    const file = join(tree, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    chmodSync(file, mode)
  }
  const opt = `opt/${name}`
  cpSync(app, join(tree, opt), { recursive: true, verbatimSymlinks: true })
  chmodSync(join(tree, opt, 'chrome-sandbox'), 0o4755)
  mkdirSync(join(tree, 'usr/bin'), { recursive: true })
  for (const program of [name, commandLine])
    symlinkSync(`../../${opt}/${program}`, join(tree, 'usr/bin', program))
  write(`usr/share/applications/${name}.desktop`, desktopEntry(identity))
  write(`usr/share/mime/packages/${name}.xml`, mimeTypes())
  write(`usr/share/metainfo/${appId}.metainfo.xml`, metainfo(identity))
  write(`usr/share/doc/${name}/copyright`, copyright)
  const hicolor = join(tree, 'usr/share/icons/hicolor')
  for (const size of PNG_SIZES) {
    const folder = join(hicolor, `${size}x${size}`, 'apps')
    mkdirSync(folder, { recursive: true })
    cpSync(join(icons, 'png', `${size}x${size}.png`), join(folder, `${name}.png`))
  }
  mkdirSync(join(hicolor, 'scalable', 'apps'), { recursive: true })
  cpSync(join(icons, 'icon.svg'), join(hicolor, 'scalable', 'apps', `${name}.svg`))
  return tree
}

/** Lets everybody read what is packaged, and only its owner write: whatever the mask of the person who packs it. */
export function makeReadable(folder) {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, 0o755)
    else if (entry.isFile()) chmodSync(path, isProgram(entry.name) ? 0o755 : 0o644)
  }
}

/** By its name, because it may come from a file system without rights. */
const isProgram = (name) =>
  !/\.(pak|bin|dat|json|html|txt|asar|mjs|cjs|js|node|png|svg)$|^LICEN[CS]E/.test(name)
