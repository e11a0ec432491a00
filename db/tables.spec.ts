import { describe, expect, it } from 'vitest'
import { databaseWithRun, sampleModel } from '../test/helpers/sample-run.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'

describe('tags', () => {
  it('are replaced as a set, sorted, and shown with the run', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    database.tags.replace(id, ['b', 'a', 'b'])
    expect(database.runs.row(id).tags).toEqual(['a', 'b'])
    database.tags.replace(id, ['c'])
    expect(database.tags.all()).toEqual(['c'])
    database.close()
  })
})

describe('requests to a run of another process', () => {
  it('reach the owner once, oldest first', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    database.requests.ask(id, 'pause')
    database.requests.ask(id, 'stop')
    expect(database.requests.take(id)).toEqual(['pause', 'stop'])
    expect(database.requests.take(id)).toEqual([])
    database.close()
  })

  it('are refused for a run that is not there', async () => {
    const { database } = databaseWithRun(await temporaryFolder())
    expect(() => database.requests.ask('r-none', 'stop')).toThrow('There is no run r-none.')
    expect(database.requests.take('r-none')).toEqual([])
    database.close()
  })
})

describe('saved models', () => {
  it('are saved, replaced and deleted', async () => {
    const { database } = databaseWithRun(await temporaryFolder())
    const saved = database.models.save(null, sampleModel())
    expect(database.models.get(saved.id)).toEqual(saved)
    const wider = sampleModel([8, 1])
    database.models.save(saved.id, wider)
    expect(database.models.page(null, 10).map(({ id }) => database.models.get(id).document)).toEqual([wider])
    database.models.remove(saved.id)
    expect(() => database.models.save(saved.id, wider)).toThrow('it may have been deleted meanwhile')
    expect(() => database.models.remove(saved.id)).toThrow('There is no saved model')
    database.close()
  })
})

describe('preferences', () => {
  it('keep any JSON value until it is removed', async () => {
    const { database } = databaseWithRun(await temporaryFolder())
    expect(database.preferences.get('columns')).toBeUndefined()
    database.preferences.set('columns', { shown: ['auc'], width: null })
    expect(database.preferences.get('columns')).toEqual({ shown: ['auc'], width: null })
    database.preferences.set('columns', undefined)
    expect(database.preferences.get('columns')).toBeUndefined()
    database.close()
  })
})
