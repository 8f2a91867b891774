import { expect, test } from '../support/fixtures.ts';
import { load, open } from '../support/scripts.ts';

test('open pages end when their visitor is forgotten, and those of guests when that was the host', async ({ party }) => {
  const { host, path, guest } = await party();
  const anna = await guest();
  const tab = await host.context().newPage();
  await open(tab, path);
  await load(host, '/privacy');
  await host.getByLabel('I know that this cannot be undone').check();
  await host.getByRole('button', { name: 'Forget me' }).click();

  for (const page of [anna, tab]) {
    await expect(page.getByRole('heading', { level: 1, name: 'This room is closed' })).toBeVisible();
  }
});
