// The browsers, each with its driver. Each runs `use` with a browser and returns the browser's version.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, existsSync } from 'node:fs';
import { Builder } from 'selenium-webdriver';
import firefoxDriver from 'selenium-webdriver/firefox.js';
import remote from 'selenium-webdriver/remote/index.js';

/** Firefox, by geckodriver. */
export async function firefox(use) {
  const options = new firefoxDriver.Options().addArguments('-headless').windowSize({ width: 390, height: 844 });
  const builder = new Builder()
    .forBrowser('firefox')
    .setFirefoxOptions(options)
    .setFirefoxService(new firefoxDriver.ServiceBuilder(find('geckodriver')));
  return run(builder, use);
}

/** Safari's engine: WebKitGTK's small browser, on a screen that nobody sees. */
export async function webKit(use) {
  const screen = await openScreen();
  const environment = { ...process.env, DISPLAY: screen.display, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1' };
  const service = new remote.DriverService.Builder(find('WebKitWebDriver'))
    .setEnvironment(environment)
    .setLoopback(true)
    .build();
  try {
    const builder = new Builder().usingServer(await service.start()).withCapabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] },
    });
    return await run(builder, use);
  } finally {
    await service.kill();
    screen.close();
  }
}

async function run(builder, use) {
  const driver = await builder.build();
  try {
    await use(driver);
    const capabilities = await driver.getCapabilities();
    return capabilities.getBrowserVersion();
  } finally {
    await driver.quit();
  }
}

/** Where a program is, by the PATH. */
function find(program) {
  const folder = process.env.PATH.split(':').find((folder) => existsSync(`${folder}/${program}`));
  if (!folder) throw new Error(`${program} is not on the PATH: script/bootstrap --test installs it`);
  return `${folder}/${program}`;
}

/** Debian puts it below a folder that is named after the machine's architecture. */
function miniBrowser() {
  for (const architecture of readdirSync('/usr/lib')) {
    const file = `/usr/lib/${architecture}/webkit2gtk-4.1/MiniBrowser`;
    if (existsSync(file)) return file;
  }
  throw new Error('WebKitGTK\'s MiniBrowser is not there: script/bootstrap --test installs it');
}

/** Starts an X server that chooses its own display, and says which once it is ready. */
async function openScreen() {
  const options = ['-displayfd', '3', '-screen', '0', '800x900x24', '-nolisten', 'tcp'];
  const server = spawn(find('Xvfb'), options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = once(server, 'exit').then(() => Promise.reject(new Error('Xvfb ended')));
  ended.catch(() => {});
  const [number] = await Promise.race([once(server.stdio[3], 'data'), ended]);
  return { display: `:${String(number).trim()}`, close: () => server.kill() };
}
