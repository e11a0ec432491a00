import { expect, it } from 'vitest'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { Connection } from './connection.ts'

const NORMAL = 1
const FULL = 2

it('waits for the disk again after a quick transaction, whether that one succeeds or fails', async () => {
  const connection = new Connection(`${await temporaryFolder()}/a.db`)
  connection.pragma('synchronous = FULL')
  connection.script('CREATE TABLE numbers (value INTEGER) STRICT')
  const insert = () => connection.run('INSERT INTO numbers VALUES (1)')
  const synchronous = () => connection.pragma('synchronous')

  expect(connection.quickTransaction(() => insert() && synchronous())).toBe(NORMAL)
  expect(synchronous()).toBe(FULL)
  expect(() =>
    connection.quickTransaction(() => {
      insert()
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(synchronous()).toBe(FULL)
  // Inside another transaction it has that one's durability.
  expect(connection.transaction(() => connection.quickTransaction(synchronous))).toBe(FULL)
  expect(connection.all('SELECT value FROM numbers')).toHaveLength(1)
  connection.close()
})
