import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { catchUp, latest, open } from '../support/scripts.ts';
import { addByRequest, search, waiting } from '../support/songs.ts';

test('a song that the host blocks by its link leaves the queue, and cannot be asked for until it is unblocked', async ({
  party,
  caterer,
  simulator,
}) => {
  const { host, code, guest } = await party();
  const anna = await guest();
  await addByRequest({ caterer, simulator, page: anna, code }, [1, 2]);
  await expect.poll(waiting(anna)).toEqual(['Tidewater', 'Last Ferry Home']);
  const id = (await simulator.songs())[1]?.uri.split(':')[2];

  await room.settings(host).click();
  await host.getByRole('link', { name: 'Blocked songs and artists', exact: true }).click();
  await expect(host.getByText('Nothing is blocked yet.')).toBeVisible();
  await host.getByLabel('Link of a song').fill(`https://open.spotify.com/track/${id}?si=1`);
  await host.getByRole('button', { name: 'Find the song' }).click();
  await expect(host.getByRole('button', { name: 'Block everything by Marlowe Quay' })).toBeVisible();
  await host.getByRole('button', { name: 'Block the song Tidewater' }).click();

  await expect(room.status(host, 'Blocked: it is not played here any more.')).toBeVisible();
  const blocked = host.getByRole('region', { name: 'Blocked songs and artists' }).getByRole('listitem');
  await expect(blocked).toContainText(['Tidewater']);
  await expect.poll(waiting(anna)).toEqual(['Last Ferry Home']);
  await search(anna, 'marlowe quay');
  await expect(room.result(anna, 'Tidewater')).toContainText('The host does not want this one');
  await expect(room.add(anna, 'Tidewater')).toHaveCount(0);

  await host.getByRole('button', { name: 'Unblock Tidewater' }).click();
  await expect(room.status(host, 'It may be played here again.')).toBeVisible();
  await expect(blocked).toHaveCount(0);
  await catchUp(anna);
  await search(anna, 'tidewater');
  await expect(room.add(anna, 'Tidewater')).toBeVisible();
});

test('the host blocks an artist from the history, and whatever waits by them leaves the queue', async ({
  party,
  caterer,
  simulator,
}) => {
  const { host, path, code, guest } = await party();
  const anna = await guest();
  await addByRequest({ caterer, simulator, page: anna, code }, [1, 2, 3]);
  await expect.poll(waiting(anna)).toEqual(['Tidewater', 'Last Ferry Home', 'Velvet Static']);
  await room.skip(host).click();
  await expect.poll(latest(room.title(anna))).toBe('Tidewater');

  await open(host, `${path}/history`);
  const played = host.getByRole('listitem').filter({ hasText: 'Paper Lanterns' });
  await played.getByRole('link', { name: 'Block…' }).click();
  await expect(host.getByRole('button', { name: 'Block the song Paper Lanterns' })).toBeVisible();
  await host.getByRole('button', { name: 'Block everything by Marlowe Quay' }).click();

  await expect(room.status(host, 'Blocked: it is not played here any more.')).toBeVisible();
  await expect.poll(waiting(anna)).toEqual(['Velvet Static']);
});

test('what is no song\'s link is refused beside its field, which keeps it', async ({ party }) => {
  const { host, path } = await party();
  await open(host, `${path}/blocked`);
  const field = host.getByLabel('Link of a song');
  await field.fill('no link');
  await host.getByRole('button', { name: 'Find the song' }).click();

  await expect(field).toHaveAccessibleDescription(/That is no song on Spotify/);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveValue('no link');
  await expect(host.getByRole('button', { name: /^Block / })).toHaveCount(0);
});
