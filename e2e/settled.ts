import type { Page } from 'playwright-core'

/** Waits until the page shows what it is about: its heading is there, and nothing of it is still on its way. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null)
}
