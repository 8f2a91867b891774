import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { latest, load, open } from '../support/scripts.ts';
import { arriveInRoom } from '../support/steps.ts';

test('people are known by the names that they say, and told apart', async ({ party, newcomer }) => {
  const { host, path } = await party();
  for (const said of ['Anna', 'anna']) {
    const guest = await newcomer();
    await open(guest, path);
    await guest.getByLabel('Your name').fill(said);
    await guest.getByRole('button', { name: 'Join room' }).click();
    await expect(room.leave(guest)).toBeVisible();
  }

  await host.getByRole('link', { name: 'People', exact: true }).click();
  const people = host.getByRole('region', { name: 'People' });
  await expect(people.getByRole('listitem')).toHaveCount(3);
  await expect(people.getByRole('button')).toHaveText(['Remove Anna', 'Remove anna 2']);

  await host.getByLabel('Your name').fill('Zoe');
  await host.getByRole('button', { name: 'Change name' }).click();
  await expect(room.status(host, 'You have a new name.')).toBeVisible();
  await expect(people.getByRole('listitem').first()).toContainText('Zoe');
});

test('a name that is none is refused beside its field, which keeps it', async ({ party, newcomer }) => {
  const { code } = await party({ connected: false });
  const guest = await newcomer();
  await open(guest, `/join?code=${code}`);
  const field = guest.getByLabel('Your name');
  await field.fill('!!!');
  await guest.getByRole('button', { name: 'Join room' }).click();

  await expect(field).toHaveAccessibleDescription(/at most 24 characters/);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveValue('!!!');
  await expect(guest.getByLabel('Room code')).toHaveValue(code);
  await field.fill('Kim');
  await guest.getByRole('button', { name: 'Join room' }).click();
  expect(await arriveInRoom(guest)).toBe(code);
});

test('a guest whom the host removes is out, learns it, and cannot come back', async ({ party }) => {
  const { host, path, guest } = await party();
  const anna = await guest();
  const bob = await guest();
  await expect(room.vote(anna)).toBeVisible();
  await load(host, `${path}/people`);
  await expect(host.getByRole('button', { name: 'Remove Guest 1' })).toHaveAccessibleDescription(/cannot come back/);
  await host.getByRole('button', { name: 'Remove Guest 1' }).click();
  await expect(room.status(host, 'They are out of the room')).toBeVisible();

  const heading = anna.getByRole('heading', { level: 1, name: 'You were removed from this room' });
  await expect.poll(async () => {
    if (!(await heading.isVisible())) await latest(heading)();
    return heading.isVisible();
  }).toBe(true);
  const again = await load(anna, path);
  expect(again?.status()).toBe(403);
  await expect(heading).toBeVisible();
  await expect(anna.getByRole('button')).toHaveCount(0);
  await expect.poll(latest(room.facts(bob))).toContain('2 people here');

  await load(bob, `${path}/people`);
  await expect(bob.getByRole('region', { name: 'People' }).getByRole('listitem')).toHaveText(['Host', 'Guest 2']);
  await expect(bob.getByRole('button', { name: /Remove/ })).toHaveCount(0);
});
