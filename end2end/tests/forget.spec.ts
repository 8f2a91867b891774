import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest, load, open } from '../support/scripts.ts';

test('a guest who wants to be forgotten ticks a box, and is a stranger afterwards', async ({ party }) => {
  const { host, code, path, guest } = await party();
  const anna = await guest();
  await expect.poll(latest(room.facts(host))).toContain('2 people here');
  await open(anna, '/');
  await anna.getByRole('link', { name: 'Privacy' }).click();
  await expect(anna.getByRole('heading', { level: 1, name: 'What this server knows about you' })).toBeVisible();
  await expect(anna.getByText(`Rooms that you joined: ${code}`)).toBeVisible();

  await anna.getByRole('button', { name: 'Forget me' }).click();
  await expect(anna).toHaveURL('/privacy');
  await anna.getByLabel('I know that this cannot be undone').check();
  await anna.getByRole('button', { name: 'Forget me' }).click();

  await expect(room.status(anna, 'You are forgotten')).toBeVisible();
  expect(await anna.context().cookies()).toEqual([]);
  await load(anna, '/privacy');
  await expect(anna.getByRole('button', { name: 'Forget me' })).toHaveCount(0);
  await load(anna, path);
  await expect(anna.getByRole('button', { name: 'Join room' })).toBeVisible();
  await expect.poll(latest(room.facts(host))).toContain('1 person here');
});
