import { expect, test, type Locator, type Page } from '@playwright/test';

/** Whether this test's browsers run scripts. */
export function hasScripts(): boolean {
  return test.info().project.use.javaScriptEnabled !== false;
}

/** Opens an address; with scripts, returns when the page has come to life. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await live(page);
}

/** Returns when the page has come to life: the router then listens to the browser's history. */
export async function live(page: Page): Promise<void> {
  if (!hasScripts()) return;
  const browser = await page.context().newCDPSession(page);
  await expect
    .poll(async () => {
      const { result } = await browser.send('Runtime.evaluate', { expression: 'window' });
      const { listeners } = await browser.send('DOMDebugger.getEventListeners', { objectId: result.objectId ?? '' });
      return listeners.map((listener) => listener.type);
    })
    .toContain('popstate');
  await browser.detach();
}

/** Without scripts, loads the page again, as it would by itself a little later. */
export async function catchUp(page: Page): Promise<void> {
  if (hasScripts()) return;
  const { pathname } = new URL(page.url());
  await page.goto(pathname.startsWith('/room/') ? `${pathname}?refresh=off` : pathname).catch((error: Error) => {
    // The page's own refresh came first, and does as well.
    if (!error.message.includes('ERR_ABORTED')) throw error;
  });
}

/** Reads what an element says by now: for `expect.poll`. */
export function latest(locator: Locator): () => Promise<string> {
  return async () => {
    await catchUp(locator.page());
    return (await locator.allInnerTexts()).join('\n');
  };
}
