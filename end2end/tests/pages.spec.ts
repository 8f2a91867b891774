import { expect, test } from '../support/fixtures.ts';
import { barriers, overflow, picture, smallTargets } from '../support/looks.ts';
import { hasScripts } from '../support/scripts.ts';
import { PAGES } from '../support/pages.ts';

for (const [name, show] of Object.entries(PAGES)) {
  test(`the page ${name} is open to everybody, on every screen`, async ({
    app,
    simulator,
    caterer,
    newcomer,
    party,
  }, { project }) => {
    const page = await show({ app, simulator, caterer, newcomer, party });
    // Colours do not depend on scripts.
    for (const colorScheme of hasScripts() ? (['light', 'dark'] as const) : (['dark'] as const)) {
      await page.emulateMedia({ colorScheme });
      await picture(page, `${name}-${colorScheme}`);
      expect.soft(await barriers(page), `axe, ${colorScheme}`).toEqual([]);
    }

    if (project.name === 'phone') expect.soft(await smallTargets(page), 'small targets').toEqual([]);

    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    expect.soft(await overflow(page), 'with text of twice the size').toEqual([]);
    await page.evaluate(() => (document.documentElement.style.fontSize = ''));
    await page.setViewportSize({ width: 320, height: 640 });
    expect.soft(await overflow(page), 'at 320 pixels').toEqual([]);
  });
}
