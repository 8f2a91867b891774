import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { CUT_OFF } from '../support/watch.ts';

test('a server that is killed and comes back finds open pages, votes and music where they were', async ({
  party,
  app,
  watch,
}) => {
  watch.allow(CUT_OFF);
  const { host, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  await room.vote(anna).click();
  for (const page of [host, anna, ben]) await expect(room.votes(page)).toHaveText('1 of 2 votes to skip');

  await app.kill();
  for (const page of [host, anna]) {
    await expect(room.status(page, 'connection was lost')).toBeVisible();
    await expect(room.title(page)).toHaveText('Paper Lanterns');
  }
  await app.start();

  for (const page of [host, anna, ben]) {
    await expect(room.status(page, 'connection was lost')).toHaveCount(0);
    await expect(room.votes(page)).toHaveText('1 of 2 votes to skip');
    await expect(room.facts(page)).toContainText('3 people here');
  }
  await expect(room.vote(anna)).toHaveAttribute('aria-pressed', 'true');

  await room.vote(ben).click();
  for (const page of [host, anna, ben]) {
    await expect(room.title(page)).toHaveText('Tidewater');
    await expect(room.votes(page)).toHaveText('0 of 2 votes to skip');
  }
  await room.pause(host).click();
  await expect(room.play(host)).toBeVisible();
});
