import { Random, scatter } from './random.ts'
import type { PlantedRow } from './planted-sample.ts'

const USERS = 600
const ITEMS = 400
const CATEGORIES = [
  'books',
  'films',
  'games',
  'garden',
  'kitchen',
  'music',
  'outdoor',
  'pets',
  'sports',
  'tools',
  'toys',
  'travel',
]
const DEVICES = ['phone', 'phone', 'phone', 'laptop', 'laptop', 'tablet']
const COUNTRIES = ['AT', 'BR', 'CA', 'DE', 'ES', 'FR', 'IN', 'IT', 'JP', 'KE', 'MX', 'NL', 'PL', 'SE', 'US']
/** How many hidden tastes users and items have. Their product is what a dot interaction can find. */
const TASTES = 2

/** Constant term of the log odds, for which a third of the items shown are clicked. */
const OFFSET = -1.3
const TASTE_WEIGHT = 1.2
const INTEREST_WEIGHT = 1.6
const ITEM_WEIGHT = 0.9
const USER_WEIGHT = 0.7
const PRICE_WEIGHT = -0.4
const EVENING_WEIGHT = 0.5

interface User {
  id: string
  age: number
  country: string
  interests: readonly string[]
  eagerness: number
  tastes: readonly number[]
}

interface Item {
  id: string
  category: string
  price: number
  appeal: number
  tastes: readonly number[]
}

/** The columns in the order of their fields. */
export const VISIT_COLUMNS = [
  'clicked',
  'age',
  'hour',
  'price',
  'user_id',
  'item_id',
  'category',
  'device',
  'country',
  'interests',
]

/**
 * Visits to a shop that does not exist: which of the items shown to a user are clicked. Users and items have hidden tastes,
 * users have interests, and prices and evenings matter, so there is something to learn in every column. A function of the
 * seed alone.
 */
export class ShopVisits {
  readonly #random: Random
  readonly #users: readonly User[]
  readonly #items: readonly Item[]

  constructor(seed: number) {
    const people = new Random(seed + 2 ** 32)
    this.#users = Array.from({ length: USERS }, (_, at) => newUser(people, seed, at))
    this.#items = Array.from({ length: ITEMS }, (_, at) => newItem(people, seed, at))
    this.#random = new Random(seed)
  }

  next(): PlantedRow {
    const random = this.#random
    const user = this.#users[skewed(random.uniform(), USERS)]!
    const item = this.#items[skewed(random.uniform(), ITEMS)]!
    const device = chosen(DEVICES, random.uniform())
    const hour = Math.floor(24 * (1 - random.uniform() ** 1.6))
    const evening = hour >= 18 && device !== 'laptop' ? 1 : 0
    const taste = user.tastes.reduce((sum, value, at) => sum + value * item.tastes[at]!, 0)
    const logOdds =
      OFFSET +
      TASTE_WEIGHT * taste +
      INTEREST_WEIGHT * (user.interests.includes(item.category) ? 1 : 0) +
      ITEM_WEIGHT * item.appeal +
      USER_WEIGHT * user.eagerness +
      PRICE_WEIGHT * Math.log(item.price / 20) +
      EVENING_WEIGHT * evening
    const probability = 1 / (1 + Math.exp(-logOdds))
    const label = random.uniform() < probability ? 1 : 0
    const { id, age, country, interests } = user
    const fields = [label, age, hour, item.price.toFixed(2), id, item.id, item.category, device, country]
    return { line: [...fields, interests.join(' ')].join('\t'), label, probability }
  }
}

function newUser(random: Random, seed: number, at: number): User {
  const count = 1 + Math.floor(3 * random.uniform())
  const interests = new Set(Array.from({ length: count }, () => chosen(CATEGORIES, random.uniform())))
  return {
    id: `u${name(seed, at)}`,
    age: Math.min(90, Math.max(16, Math.round(38 + 13 * random.normal()))),
    country: chosen(COUNTRIES, random.uniform()),
    interests: [...interests].sort(),
    eagerness: random.normal(),
    tastes: tastes(random),
  }
}

function newItem(random: Random, seed: number, at: number): Item {
  return {
    id: `i${name(seed + 1, at)}`,
    category: chosen(CATEGORIES, random.uniform()),
    price: Math.max(0.5, Math.round(2000 * Math.exp(0.8 * random.normal())) / 100),
    appeal: random.normal(),
    tastes: tastes(random),
  }
}

const tastes = (random: Random): number[] => Array.from({ length: TASTES }, () => 0.8 * random.normal())

const chosen = (from: readonly string[], uniform: number): string => from[Math.floor(uniform * from.length)]!

/** Some are met far more often than others, but none so seldom that nothing can be learned about it. */
const skewed = (uniform: number, count: number): number => Math.floor(count * uniform ** 1.7)

/** One to one for each seed, so that the order of the names says nothing. */
const name = (seed: number, at: number): string =>
  scatter(at ^ scatter(seed + 7))
    .toString(36)
    .padStart(7, '0')
