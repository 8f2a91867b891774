import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { load } from '../support/scripts.ts';

test('a room\'s page refreshes itself, at its clean address', async ({ party }) => {
  const { host, path, guest } = await party();
  const anna = await guest();
  await load(anna, `${path}?done=joined`);
  await expect(room.status(anna, 'You are in.')).toBeVisible();
  await room.skip(host).click();

  await expect(room.title(anna)).toHaveText('Tidewater');
  await expect(anna).toHaveURL(path);
  await expect(room.status(anna, 'You are in.')).toHaveCount(0);
});

test('refreshing stops for those who need time, and starts again', async ({ party }) => {
  const { host, path } = await party();
  await load(host, path);
  await expect(host.locator('meta[http-equiv=refresh]')).toHaveAttribute('content', new RegExp(`^5;\\s*url=${path}$`));
  await host.getByRole('link', { name: 'Stop refreshing' }).click();
  await expect(host.getByRole('link', { name: 'Start refreshing' })).toBeVisible();
  await expect(host.locator('meta[http-equiv=refresh]')).toHaveCount(0);

  await host.getByRole('link', { name: 'Start refreshing' }).click();
  await expect(host).toHaveURL(path);
  await expect(host.getByRole('link', { name: 'Stop refreshing' })).toBeVisible();
});

test('nothing is offered that takes a script', async ({ party, page }) => {
  const { host } = await party();
  await expect(host.getByRole('button', { name: 'Copy link' })).toHaveCount(0);
  for (const address of ['/', '/create', '/join']) {
    await page.goto(address);
    await expect(page.locator('meta[http-equiv=refresh]')).toHaveCount(0);
  }
});
