import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** A page that never settles is judged in its current state. */
const ATTEMPTS = 5

/**
 * The problems that axe calls serious or critical on the current page: rule, element and reason, one line each. `rules` limits
 * it to some of axe's rules.
 */
export async function seriousViolations(page: Page, rules?: string[]): Promise<string[]> {
  let violations: Awaited<ReturnType<AxeBuilder['analyze']>>['violations'] = []
  // Elements that fade in or out have too little contrast for a moment, so a page is judged only after it has settled.
  for (let attempt = 0, moved = true; moved && attempt < ATTEMPTS; attempt++) {
    await untilStill(page)
    // The other mode opens a second page, which this app refuses.
    const axe = new AxeBuilder({ page }).setLegacyMode(true)
    ;({ violations } = await (rules ? axe.withRules(rules) : axe).analyze())
    moved = await hasMoved(page)
  }
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
    )
}

/** Waits until nothing fades or slides, and from then on watches whether an animation starts. */
async function untilStill(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity,
      ),
  )
  await page.evaluate(() => {
    const { dataset } = document.documentElement
    delete dataset.moved
    for (const event of ['transitionrun', 'animationstart'])
      document.addEventListener(event, () => (dataset.moved = 'true'), { once: true, capture: true })
  })
}

const hasMoved = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.dataset.moved !== undefined)

/** Those in both themes, which differ in nothing but their colours. The page has the dark theme afterwards. */
export async function violationsInBothThemes(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await seriousViolations(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  return [...light, ...(await seriousViolations(page, ['color-contrast']))]
}
