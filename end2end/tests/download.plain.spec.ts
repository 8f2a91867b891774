import { expect, test } from '../support/fixtures.ts';
import { lasting, load } from '../support/scripts.ts';

test('whoever runs no scripts downloads neither them nor the WASM', async ({ party }) => {
  const { host, path } = await party();
  const asked: string[] = [];
  host.on('request', (request) => asked.push(new URL(request.url()).pathname));
  for (const address of ['/', '/create', '/join', lasting(path), `${path}/settings`, '/nowhere']) {
    await load(host, address);
    await host.waitForLoadState('networkidle');
  }

  const kinds = new Set(asked.map((path) => path.match(/\.(\w+)$/)?.[1]));
  expect([...kinds]).toContain('css');
  for (const kind of ['js', 'wasm']) expect([...kinds]).not.toContain(kind);
});
