import { expect, test } from '../support/fixtures.ts';
import { barriers, picture } from '../support/looks.ts';
import { room } from '../support/room.ts';
import { open } from '../support/scripts.ts';

test('when the host closes the room, every open page of it says so', async ({ party }) => {
  const { host, path, guest } = await party();
  const anna = await guest();
  const tab = await anna.context().newPage();
  await open(tab, path);
  const hostTab = await host.context().newPage();
  await open(hostTab, path);
  await expect(room.leave(tab)).toBeVisible();

  await open(host, `${path}/close`);
  await host.getByRole('button', { name: 'Close room' }).click();

  for (const page of [anna, tab, hostTab]) {
    await expect(page.getByRole('heading', { level: 1, name: 'This room is closed' })).toBeVisible();
    await expect(page.getByRole('alert').filter({ hasText: 'The host closed it' })).toBeVisible();
    await expect(page.getByRole('button', { name: /vote|skip|leave/i })).toHaveCount(0);
  }
  await picture(anna, 'closed-live');
  expect(await barriers(anna)).toEqual([]);
});
