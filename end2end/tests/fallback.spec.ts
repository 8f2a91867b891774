import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { lasting, latest, open } from '../support/scripts.ts';

/** Whether a picture was loaded, and is one. */
const isThere = (picture: HTMLImageElement) => picture.complete && picture.naturalWidth > 0;

test('the host lets a playlist go on, is asked by Spotify only for that, and ends it', async ({ party, simulator }) => {
  const { host, path } = await party({ plays: { item: '40' }, coming: [] });
  await room.settings(host).click();
  await host.getByRole('link', { name: 'Fallback playlist', exact: true }).click();
  await expect(host.getByText('No playlist is chosen')).toBeVisible();
  await expect(host.getByText('Spotify asks you first')).toBeVisible();
  await expect(host.getByRole('radio')).toHaveCount(0);

  const show = host.getByRole('button', { name: 'Show my playlists', exact: true });
  await show.click();
  await expect(host.getByText('playlist-read-private')).toBeVisible();
  await host.getByRole('button', { name: 'Cancel' }).click();
  await expect(room.status(host, 'you cancelled at Spotify')).toBeVisible();
  await show.click();
  await host.getByRole('button', { name: 'Agree' }).click();

  await expect(room.status(host, 'Spotify shows your playlists now.')).toBeVisible();
  const saturday = host.getByRole('radio', { name: 'Saturday Night 120 songs' });
  await saturday.check();
  const pictures = host.getByRole('listitem').locator('img');
  expect(await pictures.count()).toBeGreaterThan(1);
  for (const picture of await pictures.all()) await expect.poll(() => picture.evaluate(isThere)).toBe(true);
  await expect(host.getByRole('radio', { name: 'Shuffled', exact: true })).toBeChecked();
  await host.getByRole('radio', { name: 'In order', exact: true }).check();
  await host.getByRole('button', { name: 'Use this playlist' }).click();

  await expect(room.status(host, 'This playlist goes on when nobody asks for a song.')).toBeVisible();
  await expect(host.getByText('“Saturday Night” goes on, in order: 120 songs.')).toBeVisible();
  await expect(saturday).toBeChecked();
  await expect(host.getByRole('radio', { name: 'In order', exact: true })).toBeChecked();

  const first = (await simulator.songs())[0];
  await open(host, lasting(path));
  await room.skip(host).click();
  await expect.poll(latest(room.title(host))).toBe(first?.name);

  await open(host, `${path}/playlist`);
  await host.getByRole('button', { name: 'Use no playlist' }).click();
  await expect(room.status(host, 'No playlist goes on any more.')).toBeVisible();
  await expect(host.getByText('No playlist is chosen')).toBeVisible();
  await expect(host.getByRole('button', { name: 'Use no playlist' })).toHaveCount(0);
});

test('the fallback playlist is the host\'s alone to choose', async ({ party }) => {
  const { path, guest } = await party();
  const anna = await guest();
  const answer = await anna.request.get(`${path}/playlist`, { headers: { accept: 'text/html' } });
  expect(answer.status()).toBe(403);
});
