import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { load } from '../support/scripts.ts';
import { search, waiting } from '../support/songs.ts';

test('a page with results stands still, and keeps them after a song was added', async ({ party }) => {
  const { path, guest } = await party();
  const anna = await guest();
  await load(anna, path);
  await search(anna, 'marlowe');
  await expect(anna).toHaveURL(`${path}?q=marlowe`);
  await expect(anna.locator('meta[http-equiv=refresh]')).toHaveCount(0);

  await room.add(anna, 'Tidewater').click();
  await expect(anna).toHaveURL(`${path}?q=marlowe&done=added`);
  await expect(room.status(anna, 'Tidewater is first in line')).toBeVisible();
  await expect(room.results(anna).getByRole('button', { name: 'Vote for Tidewater', exact: true })).toBeVisible();
  await room.add(anna, 'Last Ferry Home').click();
  await expect(room.status(anna, 'Last Ferry Home is second in line')).toBeVisible();

  await anna.getByRole('link', { name: 'Close results', exact: true }).click();
  await expect(anna).toHaveURL(path);
  await expect.poll(waiting(anna)).toEqual(['Tidewater', 'Last Ferry Home']);
});

test('what cannot be added comes back to the room, which says why', async ({ party, caterer }) => {
  const { code, path, guest } = await party();
  const anna = await guest();
  const there = await caterer.post(anna, '/api/queue/add', { code, uri: 'spotify:album:1' });
  expect(there.pathname).toBe(path);
  await load(anna, there.href);
  await expect(room.alert(anna, 'That is no song on Spotify')).toBeVisible();
});
