// @ts-check
// Vulkan without a graphics card, for WebGPU outside a browser.

import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { executable } from "./browser.mjs";

/**
 * The file that describes a driver which computes in software to the Vulkan loader: SwiftShader, which every Chromium brings and which the
 * browser's own WebGPU is tested on, else Mesa's lavapipe, which Dawn takes of newer versions of Mesa alone. Undefined where there is none, and where no
 * Vulkan is used.
 */
export function softwareVulkan() {
  if (process.platform !== "linux") return undefined;
  const swiftShader = [dirname(realpathSync(executable())), "/usr/lib/chromium", "/opt/google/chrome"].map((folder) =>
    join(folder, "vk_swiftshader_icd.json"),
  );
  const lavapipe = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"].flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => /^lvp_icd.*\.json$/.test(name))
      .map((name) => join(folder, name)),
  );
  return [...swiftShader, ...lavapipe].find((file) => existsSync(file));
}
