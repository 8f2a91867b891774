import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { catchUp, latest, open } from '../support/scripts.ts';

test('a vote is seen by all, and can be withdrawn', async ({ party }) => {
  const { host, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  await expect(room.votes(anna)).toHaveText('0 of 2 votes to skip');
  await expect(room.vote(anna)).toHaveAttribute('aria-pressed', 'false');

  await room.vote(anna).click();
  await expect(room.vote(anna)).toHaveAttribute('aria-pressed', 'true');
  for (const page of [host, anna, ben]) {
    await expect.poll(latest(room.votes(page))).toBe('1 of 2 votes to skip');
  }
  await expect(room.vote(ben)).toHaveAttribute('aria-pressed', 'false');

  await room.vote(anna).click();
  await expect(room.vote(anna)).toHaveAttribute('aria-pressed', 'false');
  for (const page of [host, anna, ben]) {
    await expect.poll(latest(room.votes(page))).toBe('0 of 2 votes to skip');
  }
});

test('the last vote that is needed skips once, and no vote counts for the next song', async ({ party, simulator }) => {
  const { host, guest } = await party();
  const anna = await guest();
  const ben = await guest();
  await room.vote(anna).click();
  await expect.poll(latest(room.votes(ben))).toBe('1 of 2 votes to skip');
  await room.vote(ben).click();

  for (const page of [host, anna, ben]) {
    await expect.poll(latest(room.title(page))).toBe('Tidewater');
    await expect.poll(latest(room.votes(page))).toBe('0 of 2 votes to skip');
  }
  for (const page of [anna, ben]) await expect(room.vote(page)).toHaveAttribute('aria-pressed', 'false');
  expect((await simulator.requestCounts())['POST /v1/me/player/next']).toBe(1);
});

test('one guest has one vote, in however many tabs', async ({ party, simulator }) => {
  const { path, guest } = await party();
  const anna = await guest();
  await room.vote(anna).click();
  await expect(room.vote(anna)).toHaveAttribute('aria-pressed', 'true');

  const tab = await anna.context().newPage();
  await open(tab, path);
  await expect(room.votes(tab)).toHaveText('1 of 2 votes to skip');
  await expect(room.vote(tab)).toHaveAttribute('aria-pressed', 'true');
  await room.vote(tab).click();
  await expect.poll(latest(room.votes(anna))).toBe('0 of 2 votes to skip');
  await expect(room.vote(anna)).toHaveAttribute('aria-pressed', 'false');
  expect((await simulator.requestCounts())['POST /v1/me/player/next']).toBeUndefined();
});

test('a guest who leaves takes the vote along', async ({ party }) => {
  const { host, guest } = await party();
  const anna = await guest();
  await room.vote(anna).click();
  await expect.poll(latest(room.votes(host))).toBe('1 of 2 votes to skip');

  await catchUp(anna);
  await room.leave(anna).click();
  await expect(anna).toHaveURL(/\/(\?|$)/);

  await expect.poll(latest(room.votes(host))).toBe('0 of 2 votes to skip');
  await expect.poll(latest(room.facts(host))).toContain('1 person here');
});

test('a threshold that the votes reach skips', async ({ party }) => {
  const { host, guest } = await party({ votesToSkip: 3 });
  const anna = await guest();
  await room.vote(anna).click();
  await expect.poll(latest(room.votes(anna))).toBe('1 of 3 votes to skip');

  await room.settings(host).click();
  await host.getByLabel('Votes to skip').fill('1');
  await host.getByRole('button', { name: 'Save' }).click();

  await expect.poll(latest(room.title(anna))).toBe('Tidewater');
  await expect.poll(latest(room.votes(anna))).toBe('0 of 1 votes to skip');
});
