import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest, load } from '../support/scripts.ts';
import { ALWAYS } from '../support/simulator.js';

test('the host finds the speakers, has the music go on elsewhere, and sets the volume', async ({ party }) => {
  const { host } = await party();
  await room.settings(host).click();
  await host.getByRole('link', { name: 'Speakers', exact: true }).click();
  const speakers = host.getByRole('radiogroup', { name: 'Speaker' });
  const speaker = speakers.getByRole('radio', { name: 'Living room speaker (Speaker)' });
  const phone = speakers.getByRole('radio', { name: 'Phone (Smartphone)' });
  await expect(speaker).toBeChecked();
  const volume = host.getByRole('spinbutton', { name: 'Volume' });
  await expect(volume).toHaveValue('60');
  await volume.fill('35');
  await host.getByRole('button', { name: 'Set volume' }).click();
  await expect(room.status(host, 'Spotify received the volume.')).toBeVisible();
  await expect(volume).toHaveValue('35');

  await phone.check();
  await host.getByRole('button', { name: 'Use this speaker' }).click();

  await expect(room.status(host, 'Spotify received your choice of speaker.')).toBeVisible();
  await expect(phone).toBeChecked();
  await expect(volume).toHaveCount(0);
  await host.getByRole('link', { name: /^Back to room/ }).click();
  await expect(room.pause(host)).toBeVisible();
});

test('a room without a speaker goes on once the host chooses one', async ({ party, simulator }) => {
  const { host, account } = await party();
  await simulator.control(account, { device: 'inactive' });
  await room.pause(host).click();
  await expect(room.alert(host, 'The host can also choose a speaker under Speakers.')).toBeVisible();

  await host.getByRole('link', { name: 'Speakers', exact: true }).click();
  await host.getByRole('radio', { name: 'Living room speaker (Speaker)' }).check();
  await host.getByRole('button', { name: 'Use this speaker' }).click();
  await expect(room.status(host, 'Spotify received your choice of speaker.')).toBeVisible();
  await host.getByRole('link', { name: /^Back to room/ }).click();

  await expect.poll(latest(room.alert(host, 'No speaker is active.'))).toBe('');
});

test('speakers cannot be listed while Spotify is gone, and can be as soon as it is back', async ({ party, simulator }) => {
  const { host, path } = await party();
  await simulator.fail({ on: 'GET /v1/me/player/devices', times: ALWAYS, effect: { answer: { status: 503 } } });
  await load(host, `${path}/speakers`);
  await expect(room.alert(host, 'Spotify cannot be reached')).toBeVisible();
  await expect(host.getByRole('radio')).toHaveCount(0);
  await expect(host.getByText('Spotify reports no speaker')).toHaveCount(0);

  await simulator.recover();
  await host.getByRole('link', { name: 'Look again', exact: true }).click();
  await expect(host.getByRole('radio', { name: 'Living room speaker (Speaker)' })).toBeChecked();
  await expect(host.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
});
