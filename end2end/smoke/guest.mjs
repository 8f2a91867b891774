import assert from 'node:assert/strict';
import { By, until } from 'selenium-webdriver';

/** Longer than the longest pause between two looks at Spotify. */
const PATIENCE_MS = 20_000;

const TITLE = By.css('[aria-label="Now playing"] h2');
const VOTE = By.xpath('//button[normalize-space()="Vote to skip"]');

/** Joins the room, sees the song change, votes, asks for a song: all on one page that is never loaded again. */
export async function guest(driver, { app, simulator, code }) {
  await driver.get(`${app.url}/join`);
  await driver.findElement(By.css('input[name=code]')).sendKeys(code.toLowerCase());
  await driver.findElement(By.xpath('//button[normalize-space()="Join room"]')).click();
  const title = await driver.wait(until.elementLocated(TITLE), PATIENCE_MS);
  assert.equal(await title.getText(), 'Paper Lanterns');

  // Scripts alone show this button: the page has come to life.
  const copy = await driver.findElement(By.xpath('//button[normalize-space()="Copy link"]'));
  await driver.wait(until.elementIsVisible(copy), PATIENCE_MS);
  await driver.executeScript('window.isStillHere = true');

  await simulator.play('latest', { item: '9' });
  await driver.wait(async () => (await textOf(driver, TITLE)) === 'Kein Schlaf', PATIENCE_MS, 'the song to change');

  await driver.findElement(VOTE).click();
  const votes = By.xpath('//*[normalize-space()="1 of 2 votes to skip"]');
  await driver.wait(until.elementLocated(votes), PATIENCE_MS, 'the vote to be counted');
  assert.equal(await driver.findElement(VOTE).getAttribute('aria-pressed'), 'true');

  await askForSong(driver, 'Tidewater');
  assert.equal(await driver.executeScript('return window.isStillHere'), true, 'the page was loaded again');
}

/** Finds a song, adds it, sees it wait, and withdraws it. */
async function askForSong(driver, title) {
  const waits = By.xpath(`//section[@aria-labelledby="queue"]//h3[normalize-space()="${title}"]`);
  const press = async (name) => {
    const button = await driver.wait(until.elementLocated(By.css(`button[aria-label="${name}"]`)), PATIENCE_MS, name);
    await driver.executeScript('arguments[0].scrollIntoView({ block: "center" })', button);
    await button.click();
  };
  await driver.findElement(By.id('search')).sendKeys(title);
  await press(`Add ${title}`);
  await driver.wait(until.elementLocated(waits), PATIENCE_MS, 'the song to wait');
  await press(`Withdraw ${title}`);
  await driver.wait(async () => (await driver.findElements(waits)).length === 0, PATIENCE_MS, 'the song to be gone');
}

/** An element may be drawn anew between finding and reading it. */
async function textOf(driver, locator) {
  return driver.executeScript(
    'return document.querySelector(arguments[0])?.textContent',
    locator.value,
  );
}
