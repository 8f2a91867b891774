import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { lasting, load } from '../support/scripts.ts';

test('a vote on an old page, for a song that is over, changes nothing and says so', async ({ party, simulator }) => {
  const { host, path, guest } = await party({ votesToSkip: 1 });
  const anna = await guest();
  await load(anna, lasting(path));
  await expect(room.title(anna)).toHaveText('Paper Lanterns');
  await room.skip(host).click();
  await expect
    .poll(async () => {
      await load(host, path);
      return room.title(host).innerText();
    })
    .toBe('Tidewater');

  await room.vote(anna).click();

  await expect(anna.getByRole('status').filter({ hasText: 'had already ended' })).toBeVisible();
  await expect(room.title(anna)).toHaveText('Tidewater');
  await expect(room.votes(anna)).toHaveText('0 of 1 votes to skip');
  expect((await simulator.requestCounts())['POST /v1/me/player/next']).toBe(1);
});
