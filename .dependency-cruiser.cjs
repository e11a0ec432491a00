/** Imports go one way; ARCHITECTURE.md draws it. */
/** Nothing in `from` may import what `to` matches, except what `except` matches. */
function only(name, from, allowed, comment) {
  const own = [from, ...allowed].join('|')
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from, pathNot: '[.]spec[.]ts$' },
    to: { path: '^(main|db|native|electron|renderer|build|test)/', pathNot: own },
  }
}

/** Within the window: a layer imports itself and the layers below it. */
const window = (layer, below, comment) => ({
  name: `window-${layer}`,
  comment,
  severity: 'error',
  from: { path: `^renderer/${layer}/` },
  to: { path: '^renderer/', pathNot: `^renderer/(${[layer, ...below].join('|')})/` },
})

/** A service, which may import what lies under all services, and the services named. */
function service(name, services, comment) {
  const below = [
    '^main/(contract|model|platform)/',
    '^main/app-version[.]ts$',
    ...(name === 'datasets' ? [] : ['^db/']),
    '^native/',
  ]
  return only(name, `^main/${name}/`, [...below, ...services.map((other) => `^main/${other}/`)], comment)
}

module.exports = {
  forbidden: [
    only(
      'model-is-the-bottom',
      '^main/model/',
      ['^native/generated/'],
      'model imports nothing but itself, and types that Rust declares',
    ),
    only('contract-on-model', '^main/contract/', ['^main/model/'], 'contract imports model only'),
    only(
      'platform-under-all-services',
      '^main/platform/',
      ['^main/contract/'],
      'files, paths, processes and disk space: platform knows the errors of the contract, and no service',
    ),
    only(
      'db-is-a-leaf',
      '^db/',
      ['^main/(contract|model|platform)/'],
      'db knows the contract, the model and platform, nothing else',
    ),
    only('native-is-a-leaf', '^native/', [], 'the addon’s face imports nothing of ours'),
    service('datasets', [], 'datasets is the lowest of the services, and has no rows in the database'),
    service('training', ['datasets'], 'training reads datasets; it knows no list of runs and no benchmark'),
    service(
      'distributed',
      ['datasets', 'training'],
      'distributed trains a run in several processes; training names its launcher by the file of its bundle',
    ),
    service(
      'runs',
      ['datasets', 'training', 'distributed'],
      'runs starts, lists and exports what training makes, and asks whether ranks can be started',
    ),
    service(
      'benchmark',
      ['datasets', 'training', 'distributed'],
      'benchmark measures steps of training, on ranks as well, and knows no runs',
    ),
    service(
      'upkeep',
      ['datasets', 'training', 'runs'],
      'upkeep backs up, checks and repairs what the other services store, and empties their trash',
    ),
    only(
      'serving-and-cli',
      '^main/(serving|cli)/|^main/[^/]+[.]ts$',
      ['^main/', '^db/', '^native/', '^package[.]json$'],
      'the engine knows neither shell nor window',
    ),
    only(
      'shell-on-contract',
      '^electron/',
      ['^main/(contract|platform)/'],
      'the shell knows the engine by its contract only; platform belongs to neither',
    ),
    only(
      'window-on-contract-and-model',
      '^renderer/',
      ['^main/(contract|model)/'],
      'the window knows the engine by its contract, and the model document',
    ),
    window('platform', [], 'the window’s base knows no component'),
    window('ui', ['platform'], 'ui components know no feature'),
    window('charts', ['platform', 'ui'], 'charts know no feature'),
    {
      name: 'window-features',
      comment: 'a feature uses only the shared part of another one',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: {
        path: '^renderer/(app|features)/',
        pathNot: ['^renderer/features/$1/', '^renderer/features/[^/]+/shared/'],
      },
    },
    {
      name: 'window-shared-parts',
      comment: 'what features share rests on nothing that one of them keeps to itself',
      severity: 'error',
      from: { path: '^renderer/features/[^/]+/shared/', pathNot: '[.]spec[.]ts$' },
      to: { path: '^renderer/(app|features)/', pathNot: '^renderer/features/[^/]+/shared/' },
    },
    {
      name: 'electron-only-in-the-shell',
      comment: 'everything else has to work without Electron',
      severity: 'error',
      from: { pathNot: '^(electron|test)/' },
      to: { path: '^(electron|node_modules/electron/)' },
    },
    {
      name: 'no-node-in-pure-folders',
      comment: 'model and contract run in the window as well',
      severity: 'error',
      from: { path: '^(main/(model|contract)|renderer)/', pathNot: '[.]spec[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'sqlite-only-in-db',
      comment: 'queries live in db/; the doctor looks whether SQLite loads at all',
      severity: 'error',
      from: { pathNot: '^(db|test)/|^main/serving/doctor-checks[.]ts$|[.]spec[.]ts$' },
      to: { path: '^node_modules/better-sqlite3/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'a misspelt import or an undeclared package',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(vite/client)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|native/target)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.vue', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
}
