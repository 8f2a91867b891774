import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { test, type Page } from '@playwright/test';
import { hasScripts } from './scripts.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Keeps a picture of the whole page, by the name of what it shows. */
export async function picture(page: Page, name: string): Promise<void> {
  const { outputDir, name: project } = test.info().project;
  const path = join(outputDir, '../screenshots', project, `${name}.png`);
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
}

/** What axe finds that keeps people out: nothing, one hopes. */
export async function barriers(page: Page): Promise<string[]> {
  const looked = hasScripts() ? page : await copyForAxe(page);
  const axe = new AxeBuilder({ page: looked }).withTags(RULES);
  // Without scripts a room's page must load itself again, and lets people stop that.
  if (!hasScripts()) axe.disableRules(['meta-refresh']);
  const { violations } = await axe.analyze();
  if (looked !== page) await looked.context().close();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** Axe is a script too: it looks at the same elements in a browser where scripts run, save the page's own. */
async function copyForAxe(page: Page): Promise<Page> {
  const html = (await page.content())
    .replace(/<script\b.*?<\/script>/gs, '')
    .replace(/<(\/?)noscript\b/g, '<$1div');
  const colorScheme = (await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)) ? 'dark' : 'light';
  const context = await page.context().browser()!.newContext({
    javaScriptEnabled: true,
    viewport: page.viewportSize(),
    colorScheme,
  });
  const copy = await context.newPage();
  await copy.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  await copy.goto(page.url());
  return copy;
}

/** What sticks out of the page to the side. */
export function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth)
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

/** What is pressed and smaller than a thumb. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = document.querySelectorAll('a[href]:not([tabindex="-1"]), button, input:not([type=hidden]), select');
    return [...targets].flatMap((element) => {
      // A checkbox is as large as the label around it.
      const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
      const isHidden = width === 0 || height === 0;
      // Browsers round what is laid out in rem.
      const isLarge = width >= 43.5 && height >= 43.5;
      return isHidden || isLarge ? [] : [`${Math.round(width)}×${Math.round(height)}: ${element.outerHTML.slice(0, 120)}`];
    });
  });
}
