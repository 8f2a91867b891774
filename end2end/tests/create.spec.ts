import { expect, test } from '../support/fixtures.ts';
import { room } from '../support/room.ts';
import { open } from '../support/scripts.ts';
import { arriveInRoom, createRoom, fillUnchecked } from '../support/steps.ts';

test('a new room shows its code and link, and asks its host for a Spotify account', async ({ page, app }) => {
  const code = await createRoom(page);

  await expect(page.getByRole('heading', { level: 1 })).toContainText(code);
  await expect(page.getByRole('link', { name: `${app.url}/room/${code}` })).toBeVisible();
  await expect(room.connect(page)).toBeVisible();
  await expect(room.settings(page)).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'has not connected Spotify' })).toBeVisible();
  for (const button of [room.play(page), room.pause(page), room.skip(page), room.vote(page)]) {
    await expect(button).toHaveCount(0);
  }
});

test('a new room has the settings that its host chose', async ({ page }) => {
  await open(page, '/create');
  await expect(page.getByLabel('Votes to skip')).toHaveValue('2');
  await expect(page.getByLabel('Guests can pause')).not.toBeChecked();
  await page.getByLabel('Votes to skip').fill('7');
  await page.getByLabel('Guests can pause').check();
  await page.getByRole('button', { name: 'Create room' }).click();
  await arriveInRoom(page);

  await room.settings(page).click();
  await expect(page.getByLabel('Votes to skip')).toHaveValue('7');
  await expect(page.getByLabel('Guests can pause')).toBeChecked();
});

for (const votes of ['0', '-5', '101', 'two', '']) {
  test(`a room for "${votes}" votes is refused beside the field, which keeps its value`, async ({ page }) => {
    await open(page, '/create');
    await page.getByLabel('Guests can pause').check();
    await fillUnchecked(page.getByLabel('Votes to skip'), votes);
    await page.getByRole('button', { name: 'Create room' }).click();

    const field = page.getByLabel('Votes to skip');
    await expect(field).toHaveAccessibleDescription(/whole number from 1 to 100/);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveValue(votes);
    await expect(page.getByLabel('Guests can pause')).toBeChecked();

    await fillUnchecked(field, '3');
    await page.getByRole('button', { name: 'Create room' }).click();
    await arriveInRoom(page);
  });
}
