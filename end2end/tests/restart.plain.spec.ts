import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { load } from '../support/scripts.ts';
import { CUT_OFF } from '../support/watch.ts';

test('a server that was killed comes back with rooms, members, votes and Spotify', async ({ party, app, watch }) => {
  watch.allow(CUT_OFF);
  const { host, path, guest } = await party({ guestsCanPause: true, votesToSkip: 3 });
  const anna = await guest();
  await room.vote(anna).click();
  await expect(room.votes(anna)).toHaveText('1 of 3 votes to skip');

  await app.kill();
  await app.start();

  await load(anna, path);
  await expect(room.title(anna)).toHaveText('Paper Lanterns');
  await expect(room.votes(anna)).toHaveText('1 of 3 votes to skip');
  await expect(room.vote(anna)).toHaveAttribute('aria-pressed', 'true');
  await expect(room.pause(anna)).toBeVisible();
  await load(host, path);
  await expect(room.facts(host)).toContainText('2 people here');
  await room.skip(host).click();
  await expect
    .poll(async () => {
      await load(anna, path);
      return room.title(anna).innerText();
    })
    .toBe('Tidewater');
});
