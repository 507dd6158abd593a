// Chromium without a window, by its own protocol over two pipes.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE = 20_000;

/** Starts Chromium on a page; `file` is what its microphone hears. */
export async function chromium(url, file, { width, height, dark }) {
  const folder = mkdtempSync(join(tmpdir(), "midge-page-"));
  const flags = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${file}%noloop`,
    "--autoplay-policy=no-user-gesture-required", `--user-data-dir=${folder}`, `--window-size=${width},${height}`, "about:blank",
  ];
  const browser = spawn("chromium", flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => browser.once("exit", resolve));
  const [to, from] = [browser.stdio[3], browser.stdio[4]];
  const waiting = new Map();
  const errors = [];
  let number = 0;
  let rest = "";
  from.setEncoding("utf8").on("data", (text) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop();
    for (const message of messages.map((message) => JSON.parse(message))) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
      if (message.method === "Runtime.exceptionThrown") errors.push(message.params.exceptionDetails.exception?.description);
    }
  });

  let sessionId;
  const call = (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++number;
      const late = setTimeout(() => reject(new Error(`${method}: Chromium does not answer`)), PATIENCE);
      waiting.set(id, ({ result, error }) => {
        clearTimeout(late);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
      to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });

  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  ({ sessionId } = await call("Target.attachToTarget", { targetId, flatten: true }));
  await call("Runtime.enable");
  const scheme = { name: "prefers-color-scheme", value: dark ? "dark" : "light" };
  await call("Emulation.setEmulatedMedia", { features: [scheme] });
  await call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  await call("Page.navigate", { url });

  const page = {
    call,
    /** Exceptions that nobody caught. */
    errors,
    /** What an expression is in the page, once promises are kept. */
    async ask(expression) {
      const asked = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await call("Runtime.evaluate", asked);
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    /** Waits until an expression is true. */
    async until(expression, patience = PATIENCE) {
      for (const end = Date.now() + patience; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
        if (await page.ask(`Boolean(${expression})`)) return;
      }
      throw new Error(`in vain: ${expression}`);
    },
    async screenshot() {
      return Buffer.from((await call("Page.captureScreenshot", { captureBeyondViewport: true })).data, "base64");
    },
    async close() {
      sessionId = undefined;
      await call("Browser.close").catch(() => browser.kill());
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return page;
}
