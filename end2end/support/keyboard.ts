import { expect, type Locator } from '@playwright/test';

/** More stops than any page has. */
const STOPS = 40;

/** Goes to an element by the Tab key; every stop on the way must be seen to have the focus. */
export async function tabTo(target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const page = target.page();
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let stop = 0; stop < STOPS; stop += 1) {
    if (await isThere()) return;
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const focused = document.activeElement;
      // Between the end of the page and its start the browser's own parts have the focus.
      if (!focused || focused === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      const { width, height } = focused.getBoundingClientRect();
      const shows = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0;
      return { element: focused.outerHTML.slice(0, 120), shows };
    });
    if (seen) expect(seen, 'focus that can be seen').toMatchObject({ shows: true });
  }
  throw new Error(`The Tab key does not lead to ${target}`);
}
