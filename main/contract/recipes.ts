/** Recipes that come with the app: how the files of well-known datasets are imported. */
import { z } from 'zod'

export const recipeName = z.enum(['criteo-kaggle', 'criteo-x4', 'avazu', 'movielens', 'frappe', 'recbole'])
export type RecipeName = z.infer<typeof recipeName>

export const recipeTexts: Record<RecipeName, { title: string; text: string }> = {
  'criteo-kaggle': {
    title: 'Criteo Kaggle',
    text: 'train.txt of the Kaggle challenge: log(1 + x) of the integers, every value has a row.',
  },
  'criteo-x4': {
    title: 'Criteo_x4 of BARS',
    text: 'Integers in buckets of ⌊(ln x)²⌋, where 0 counts as missing; values seen 10 times or more; at random.',
  },
  avazu: {
    title: 'Avazu',
    text: 'train.csv of the Kaggle challenge: by time, with the hour of the day and the weekday.',
  },
  movielens: {
    title: 'MovieLens',
    text: 'Ratings of u.data or ratings.csv: 4 and more is positive, by time.',
  },
  frappe: {
    title: 'Frappe',
    text: 'Use of apps in context: user, item, and eight columns of the situation.',
  },
  recbole: {
    title: 'RecBole',
    text: 'An .inter file whose column names say their types, such as user_id:token; ratings of 4 and more are positive.',
  },
}
