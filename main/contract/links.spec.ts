import { describe, expect, it } from 'vitest'
import { linkPage, linkTo, parseLink, type LinkTarget } from './links.ts'

describe('a link', () => {
  it.each<[string, LinkTarget]>([
    ['dlrm-studio://run/r-20260101-abc', { to: 'run', name: 'r-20260101-abc' }],
    ['dlrm-studio://dataset/criteo-synthetic', { to: 'dataset', name: 'criteo-synthetic' }],
    ['dlrm-studio://dataset/Größe%20zwei', { to: 'dataset', name: 'Größe zwei' }],
    ['dlrm-studio://model/Wide%20%26%20deep%20%2F%20a%3Fb%23c', { to: 'model', name: 'Wide & deep / a?b#c' }],
    ['dlrm-studio://page/new-run', { to: 'page', name: 'new-run' }],
    ['DLRM-Studio://RUN/r-1', { to: 'run', name: 'r-1' }],
  ])('%s leads to one place', (text, target) => {
    expect(parseLink(text)).toEqual(target)
  })

  it('is read as it was written, whatever the name', () => {
    for (const name of ['a/b', 'a?b=c#d', '100 %', '..', '名前', 'a\\b', ' ', '%2e%2e', 'x'.repeat(100)]) {
      const target: LinkTarget = { to: 'model', name }
      expect(parseLink(linkTo(target))).toEqual(target)
    }
    for (const name of linkPage.options)
      expect(parseLink(linkTo({ to: 'page', name }))).toEqual({ to: 'page', name })
  })

  it.each([
    'dlrm-studio:',
    'dlrm-studio://',
    'dlrm-studio://run',
    'dlrm-studio://run/',
    'dlrm-studio:///run/r-1',
    'dlrm-studio:run/r-1',
    'dlrm-studio://run/r-1/delete',
    'dlrm-studio://run/r-1?delete=1',
    'dlrm-studio://run/r-1#/settings',
    'dlrm-studio://user:secret@run/r-1',
    'dlrm-studio://run:80/r-1',
    'dlrm-studio://delete/r-1',
    'dlrm-studio://constructor/name',
    'dlrm-studio://__proto__/name',
    'dlrm-studio://run/..',
    'dlrm-studio://run/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    'dlrm-studio://run/a\\b',
    'dlrm-studio://run/a%00b',
    'dlrm-studio://run/a%0Ab',
    'dlrm-studio://run/%E0%A4%A',
    'dlrm-studio://run/%',
    'dlrm-studio://run/r-1\n',
    ' dlrm-studio://run/r-1',
    'dlrm-studio://dataset/C:%5CWindows',
    'dlrm-studio://dataset/name%3Astream',
    `dlrm-studio://dataset/${'x'.repeat(201)}`,
    `dlrm-studio://model/${'x'.repeat(3000)}`,
    'dlrm-studio://model/a%1B]0;pwned%07',
    'dlrm-studio://page/toString',
    'dlrm-studio://page/models?ask=canvas',
    'dlrm-studio://page/%2Fmodels%3Fask%3Dcanvas',
    'dlrm-studio://page/about:blank',
    'dlrm-studiox://run/r-1',
    'https://example.com/dlrm-studio://run/r-1',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '',
  ])('is refused with a sentence if it is %j', (text) => {
    const answer = parseLink(text)
    expect(answer).toEqual({
      refused: expect.stringMatching(/^".*" (leads|names|is not) [^]*\.$/s) as string,
    })
  })

  it('is refused unread if nobody could have written it by hand, and quoted without control characters', () => {
    expect(parseLink(`dlrm-studio://model/${'x'.repeat(5000)}`)).toEqual({
      refused: 'The link is longer than 4,096 characters.',
    })
    const answer = parseLink('dlrm-studio://\u001b]0;pwned\u0007\u202e')
    expect('refused' in answer && answer.refused).toMatch(
      /^"dlrm-studio:\/\/\\u001b\]0;pwned\\u0007\\u202e" leads/,
    )
  })
})
