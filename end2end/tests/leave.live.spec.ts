import { expect, test } from '../support/fixtures.ts';
import { barriers, picture } from '../support/looks.ts';
import { room } from '../support/room.ts';
import { open } from '../support/scripts.ts';

test('the other tab of a guest who leaves says so, and leads back', async ({ party }) => {
  const { path, guest } = await party();
  const anna = await guest();
  const tab = await anna.context().newPage();
  await open(tab, path);
  await expect(room.leave(tab)).toBeVisible();

  await room.leave(anna).click();

  await expect(tab.getByRole('heading', { name: 'You left this room' })).toBeVisible();
  await expect(room.vote(tab)).toBeHidden();
  await picture(tab, 'left-live');
  expect(await barriers(tab)).toEqual([]);
  await tab.getByRole('button', { name: 'Join room' }).click();
  await expect(room.vote(tab)).toBeVisible();
});
