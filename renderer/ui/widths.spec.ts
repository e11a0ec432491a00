// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import WidthsField from './WidthsField.vue'
import { parseWidths } from './widths.ts'

describe('layer widths', () => {
  it('accepts dashes, commas and spaces between whole numbers', () => {
    expect(parseWidths('512-256, 64 32')).toEqual({ value: [512, 256, 64, 32] })
    expect(parseWidths(' ')).toEqual({ value: [] })
  })

  it('names the word that is no width', () => {
    for (const text of ['64-x', '0', '1.5', '70000']) {
      expect(parseWidths(text)).toHaveProperty('problem')
    }
  })

  it('keeps the last valid widths while the text is not valid', async () => {
    const taken: number[][] = []
    const field = mount(WidthsField, {
      props: {
        modelValue: [64],
        label: 'Top MLP',
        'onUpdate:modelValue': (widths: number[]) => taken.push(widths),
      },
    })
    await field.find('input').setValue('64-32')
    await field.find('input').setValue('64-32-oops')
    expect(taken).toEqual([[64, 32]])
    expect(field.find('[role=alert]').text()).toContain('oops')
  })
})
