import { test, type Locator, type Page, type Response } from '@playwright/test';

/** Whether this test's browsers run scripts. */
export function hasScripts(): boolean {
  return test.info().project.use.javaScriptEnabled !== false;
}

/** What a navigation fails with if the page that was there loads itself again meanwhile. */
const OVERTAKEN = /ERR_ABORTED|interrupted by another navigation/;

/** Loads an address, even from a room's page that without scripts is just about to refresh itself. */
export async function load(page: Page, address: string): Promise<Response | null> {
  for (;;) {
    try {
      return await page.goto(address);
    } catch (error) {
      if (hasScripts() || !OVERTAKEN.test(String(error))) throw error;
    }
  }
}

/** Opens an address; with scripts, returns when the page has come to life. */
export async function open(page: Page, address: string): Promise<void> {
  await load(page, address);
  await live(page);
}

/** A page's address at which it does not refresh itself: what a test does there is not cut off. */
export function lasting(address: string): string {
  const isRoom = !hasScripts() && /^\/room\/\w+($|\?)/.test(address);
  return isRoom ? `${address}${address.includes('?') ? '&' : '?'}refresh=off` : address;
}

/** Returns when the page has come to life: when it is all there and, if a room is on it, that was taken over. */
export async function live(page: Page): Promise<void> {
  if (!hasScripts()) return;
  await page.waitForFunction(
    () => document.readyState !== 'loading' && !document.querySelector('#live:not([data-hydrated])'),
  );
}

/** Without scripts, loads the page again, as it would by itself a little later. */
export async function catchUp(page: Page): Promise<void> {
  if (hasScripts()) return;
  await load(page, lasting(new URL(page.url()).pathname));
}

/** Reads what an element says by now: for `expect.poll`. */
export function latest(locator: Locator): () => Promise<string> {
  return async () => {
    await catchUp(locator.page());
    return (await locator.allInnerTexts()).join('\n');
  };
}
