import { expect, it } from 'vitest'
import { useReportedChanges } from './reported-changes.ts'

it('applies what is reported while a list is read to the answer too, which may be older', async () => {
  let list: string[] = []
  const changes = useReportedChanges((item: string) => (list = [...new Set([...list, item])]))
  let answer = (): void => undefined
  const reading = changes.read(async () => {
    await new Promise<void>((resolve) => (answer = resolve))
    list = ['old']
  })
  changes.take('new')
  expect(list).toEqual(['new'])
  answer()
  await reading
  expect(list).toEqual(['old', 'new'])
  await changes.read(async () => void (list = ['again']))
  expect(list).toEqual(['again'])
})
