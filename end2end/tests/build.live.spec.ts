import type { Page } from '@playwright/test';
import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { live, load, open } from '../support/scripts.ts';

/** Has all pages that this browser loads be of a build that is not the server's. */
async function becomeOld(page: Page): Promise<void> {
  await page.route('**/*', async (route) => {
    if (route.request().resourceType() !== 'document') return route.fallback();
    const response = await route.fetch();
    const html = (await response.text()).replace(/\("[\w-]{12}"\);\{ const wasm/, '("of-last-year");{ const wasm');
    expect(html).toContain('("of-last-year")');
    await route.fulfill({ response, body: html });
  });
}

/** Counts how often the page is loaded from now on. */
function countLoads(page: Page): () => number {
  let loads = 0;
  page.on('load', () => (loads += 1));
  return () => loads;
}

/** Asks the server for something, as any page of the app does. */
async function ask(page: Page): Promise<void> {
  await page.evaluate(() => fetch('/api/rooms/mine').then((answer) => answer.text()));
}

test('a room\'s page of another build loads itself again, once', async ({ party }) => {
  const { host, path, guest } = await party({ connected: false });
  await becomeOld(host);
  const loads = countLoads(host);

  await load(host, path);

  await expect.poll(loads).toBe(2);
  await live(host);
  // It is told again, by the stream and by every answer, and still is of the other build.
  await ask(host);
  await guest();
  await expect(room.facts(host)).toContainText('2 people here');
  expect(loads()).toBe(2);
});

test('a page of another build waits while a field has the focus or text that was typed', async ({ party }) => {
  const { host, path } = await party({ connected: false });
  await becomeOld(host);
  await host.clock.install();
  await open(host, `${path}/settings`);
  const loads = countLoads(host);
  const votes = host.getByLabel('Votes to skip');

  await votes.fill('7');
  await ask(host);
  await host.clock.runFor(5_000);
  await votes.blur();
  await host.clock.runFor(5_000);
  // It would be what the server knows, had the page been loaded again.
  await expect(votes).toHaveValue('7');
  await votes.fill('2');
  await host.clock.runFor(5_000);
  expect(loads()).toBe(0);

  await votes.blur();
  await host.clock.runFor(5_000);
  await expect.poll(loads).toBe(1);
});

test('a page of the server\'s own build stays as it is', async ({ party }) => {
  const { host, path } = await party();
  const loads = countLoads(host);
  await open(host, path);
  await ask(host);
  await room.pause(host).click();
  await expect(room.play(host)).toBeVisible();
  expect(loads()).toBe(1);
});
