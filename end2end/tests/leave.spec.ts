import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest, open } from '../support/scripts.ts';

test('a guest who left is asked to join again', async ({ party }) => {
  const { host, path, guest } = await party();
  const anna = await guest();
  await room.leave(anna).click();
  await expect(anna).toHaveURL(/\/(\?|$)/);
  await expect(anna.getByRole('status').filter({ hasText: 'You left the room.' })).toBeVisible();
  await expect(anna.getByRole('region', { name: 'Your rooms' })).toHaveCount(0);
  await expect.poll(latest(room.facts(host))).toContain('1 person here');

  await open(anna, path);
  await anna.getByRole('button', { name: 'Join room' }).click();
  await expect(room.vote(anna)).toBeVisible();
  await expect.poll(latest(room.facts(host))).toContain('2 people here');
});

test('a host who left returns as the host, to a room that went on', async ({ party }) => {
  const { host, path, guest } = await party();
  const anna = await guest();
  await room.leave(host).click();
  await expect(host).toHaveURL(/\/(\?|$)/);
  await expect.poll(latest(room.facts(anna))).toContain('1 person here');
  await expect(room.title(anna)).toHaveText('Paper Lanterns');

  await open(host, path);
  await host.getByRole('button', { name: 'Join room' }).click();
  await expect(room.skip(host)).toBeVisible();
  await expect(room.settings(host)).toBeVisible();
  await expect(room.title(host)).toHaveText('Paper Lanterns');
});

test('events are for members', async ({ party, newcomer }) => {
  const { path, guest } = await party();
  const anna = await guest();
  await room.leave(anna).click();
  await expect(anna).toHaveURL(/\/(\?|$)/);
  for (const page of [anna, await newcomer()]) {
    const answer = await page.request.get(`${path}/events`);
    expect(answer.status()).toBe(403);
  }
});
