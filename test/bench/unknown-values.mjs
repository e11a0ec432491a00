/**
 * How well are rows predicted whose values training never saw? MovieLens 100K split by time, where most users of the
 * test rows are new, and newusers.csv, where all are: trains through the command line from several seeds and prints the
 * test AUC of the best epoch for each seed, their minimum, maximum and spread, beside that of an item mean.
 *
 *   node test/bench/unknown-values.mjs [--models dlrm,dcnv2] [--seeds 0,1,2,3,4] [--data ratings,joined,newusers]
 *                                      [--set model.untrainedRows=zero]
 *
 * ratings has users and items alone, joined all columns of the sample. Exit status 1 where a DLRM's spread is 0.03 or
 * more, or its mean is more than 0.02 below the item mean.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { joinMovieLens } from '../../main/datasets/samples/movielens-join.ts'
import { movieLensFiles } from '../../main/datasets/samples/movielens-source.ts'
import { nativeAddon } from '../../native/index.ts'
import { answerOf, mean } from './movielens.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const { values: options } = parseArgs({
  options: {
    models: { type: 'string', default: 'dlrm,dcnv2' },
    seeds: { type: 'string', default: '0,1,2,3,4' },
    data: { type: 'string', default: 'ratings,joined,newusers' },
    set: { type: 'string', multiple: true, default: [] },
  },
})

/** The rows of a CSV file with a header, as objects. */
function rowsOf(text, separator) {
  const [header, ...lines] = text.trimEnd().split('\n')
  const names = header.split(separator)
  return lines.map((line) => Object.fromEntries(line.split(separator).map((field, at) => [names[at], field])))
}

/** Each data set's text, its schema and its split, and what an item mean needs. */
const movieLens = () =>
  movieLensFiles(undefined, { report: () => undefined, signal: new AbortController().signal })

/** What the two data sets of MovieLens have in common. */
const ratingsByTime = {
  split: 'time:timestamp:0.1:0.1',
  item: 'item_id',
  user: 'user_id',
  label: ({ rating }) => Number(rating >= 4),
  time: ({ timestamp }) => Number(timestamp),
}

const dataSets = {
  async ratings() {
    const files = await movieLens()
    const lines = files['ml-100k.inter'].trimEnd().split('\n').slice(1)
    return {
      text: ['user_id\titem_id\trating\ttimestamp', ...lines].join('\n') + '\n',
      columns: [
        { name: 'user_id', role: 'sparse' },
        { name: 'item_id', role: 'sparse' },
        { name: 'rating', role: 'label', positiveFrom: 4 },
        { name: 'timestamp', role: 'ignore' },
      ],
      ...ratingsByTime,
    }
  },
  async joined() {
    const files = await movieLens()
    const times = files['ml-100k.inter']
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[3])
    const chunks = []
    for await (const chunk of joinMovieLens(files)) chunks.push(chunk)
    const lines = chunks.join('').trimEnd().split('\n')
    const sparse = ['user_id', 'item_id', 'gender', 'occupation', 'zip_code']
    return {
      text: lines.map((line, at) => `${line}\t${at === 0 ? 'timestamp' : times[at]}`).join('\n') + '\n',
      columns: [
        { name: 'rating', role: 'label', positiveFrom: 4 },
        ...['age', 'release_year'].map((name) => ({ name, role: 'dense' })),
        ...sparse.map((name) => ({ name, role: 'sparse' })),
        { name: 'genres', role: 'multiValued' },
        { name: 'timestamp', role: 'ignore' },
      ],
      ...ratingsByTime,
    }
  },
  async newusers() {
    return {
      text: readFileSync(join(here, '..', 'fixtures', 'newusers.csv'), 'utf8'),
      columns: [
        { name: 'label', role: 'label' },
        { name: 'sparse_user', role: 'sparse' },
        { name: 'sparse_item', role: 'sparse' },
      ],
      split: 'tail:0.1:0.2',
      item: 'sparse_item',
      user: 'sparse_user',
      label: ({ label }) => Number(label),
    }
  },
}

/** The test AUC of each item's mean label in the training rows, and the share of test rows with a new user. */
function itemMean({ text, split, item, user, label, time }) {
  const rows = rowsOf(text, text.slice(0, text.indexOf('\n')).includes('\t') ? '\t' : ',')
  const ordered = time ? rows.toSorted((a, b) => time(a) - time(b)) : rows
  const [validation, test] = split.split(':').slice(-2).map(Number)
  const [trainRows, testRows] = [1 - validation - test, test].map((share) => Math.round(share * rows.length))
  const training = ordered.slice(0, trainRows)
  const sums = new Map()
  for (const row of training) {
    const sum = sums.get(row[item]) ?? { labels: 0, rows: 0 }
    sums.set(row[item], { labels: sum.labels + label(row), rows: sum.rows + 1 })
  }
  const overall = mean(training.map(label))
  const tested = ordered.slice(-testRows)
  const predictions = tested.map((row) => {
    const sum = sums.get(row[item])
    return sum ? sum.labels / sum.rows : overall
  })
  const known = new Set(training.map((row) => row[user]))
  const { auc } = nativeAddon().binaryMetrics(
    Float32Array.from(predictions),
    Float32Array.from(tested.map(label)),
  )
  return { auc, newUsers: mean(tested.map((row) => Number(!known.has(row[user])))) }
}

async function main() {
  const workspace = mkdtempSync(join(tmpdir(), 'unknown-values-'))
  try {
    for (const name of options.data.split(',')) {
      const set = await dataSets[name]()
      const baseline = itemMean(set)
      const file = join(workspace, name + (set.text.includes('\t') ? '.tsv' : '.csv'))
      const schema = join(workspace, `${name}.json`)
      writeFileSync(file, set.text)
      writeFileSync(schema, JSON.stringify({ columns: set.columns }))
      await answerOf([
        'data',
        'import',
        file,
        '--name',
        name,
        '--schema',
        schema,
        '--split',
        set.split,
        '--workspace',
        workspace,
      ])
      const percent = (100 * baseline.newUsers).toFixed(1)
      console.log(
        `\n${name}: ${percent} % of the test rows have a new user; item mean AUC ${baseline.auc.toFixed(4)}\n`,
      )
      console.log('| Model | Test AUC by seed | Minimum | Maximum | Spread | Best epochs |')
      console.log('|---|---|---|---|---|---|')
      for (const model of options.models.split(',')) {
        const best = []
        for (const seed of options.seeds.split(',')) {
          const settings = options.set.flatMap((setting) => ['--set', setting])
          const { epochs } = await answerOf([
            'train',
            model,
            '--data',
            name,
            '--workspace',
            workspace,
            '--seed',
            seed,
            ...settings,
            '--patience',
            '3',
          ])
          const value = ({ validation }) => validation?.auc ?? 0
          best.push(epochs.reduce((one, other) => (value(other) > value(one) ? other : one)))
        }
        const areas = best.map(({ test }) => test.auc)
        const [least, most] = [Math.min(...areas), Math.max(...areas)]
        if (model === 'dlrm' && (most - least >= 0.03 || mean(areas) < baseline.auc - 0.02))
          process.exitCode = 1
        const columns = [
          areas.map((auc) => auc.toFixed(4)).join(', '),
          ...[least, most, most - least].map((value) => value.toFixed(4)),
          best.map(({ epoch }) => epoch).join(', '),
        ]
        console.log(`| ${[model, ...columns].join(' | ')} |`)
      }
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true })
  }
}

await main()
