import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { load, open } from '../support/scripts.ts';

test('a host who thinks again keeps the room', async ({ party }) => {
  const { host, path } = await party();
  await room.settings(host).click();
  await host.getByRole('link', { name: 'Close room' }).click();
  await expect(host).toHaveURL(new RegExp(`${path}/close$`));
  await host.getByRole('link', { name: 'Keep room' }).or(host.getByRole('button', { name: 'Keep room' })).click();

  await expect(room.title(host)).toHaveText('Paper Lanterns');
});

test('a closed room is gone for everybody', async ({ party, newcomer, caterer }) => {
  const { host, code, path, guest } = await party();
  const anna = await guest();
  await open(host, `${path}/close`);
  await host.getByRole('button', { name: 'Close room' }).click();
  await expect(host).toHaveURL(/\/(\?|$)/);
  await expect(host.getByRole('status').filter({ hasText: 'The room is closed.' })).toBeVisible();
  await expect(host.getByRole('region', { name: 'Your rooms' })).toHaveCount(0);

  for (const page of [host, anna, await newcomer()]) {
    const answer = await load(page, path);
    expect(answer?.status()).toBe(410);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This room is closed');
    await expect(page.getByRole('link', { name: 'Back to the start' })).toBeVisible();
    expect((await page.request.get(`${path}/events`)).status()).toBe(410);
  }

  const late = await newcomer();
  await open(late, '/join');
  await late.getByLabel('Room code').fill(code);
  await late.getByRole('button', { name: 'Join room' }).click();
  await expect(late.getByLabel('Room code')).toHaveAccessibleDescription(/closed/);
  expect(await caterer.createRoom(host)).not.toBe(code);
});
