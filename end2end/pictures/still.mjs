import { withCovers, withoutBanner } from './film.mjs';

/** Takes a picture of pages beside each other, on no ground. */
export async function sideBySide(browser, pages, colorScheme, path) {
  const images = [];
  for (const page of pages) {
    await page.emulateMedia({ colorScheme });
    const clip = await withoutBanner(page);
    // Whatever fades from one scheme to the other has done so.
    const picture = await withCovers(page, { clip, animations: 'disabled' });
    images.push(`<img src="data:image/png;base64,${picture.toString('base64')}" width="${clip.width}">`);
  }
  const table = await browser.newPage({ viewport: { width: 1_600, height: 900 }, deviceScaleFactor: 1.5 });
  await table.setContent(
    `<style>
      html { color-scheme: ${colorScheme} }
      body { margin: 0; background: none }
      main { display: inline-flex; gap: 24px; padding: 2px }
      img { border-radius: 16px; outline: 1px solid GrayText }
    </style><main>${images.join('')}</main>`,
  );
  await table.locator('main').screenshot({ path, omitBackground: true });
  await table.close();
}
